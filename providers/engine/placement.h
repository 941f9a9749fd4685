// Which nodes the copies of a service may run on. Which they do run on is decided after observing
// (planner/rollout/place.h).
#pragma once
#include <string>
#include <vector>

#include "providers/engine/service_view.h"

namespace infra::engine {

// All of the platform's in the zones of the subnets that it names; of an image that only the first node has, that node.
std::vector<std::string> nodes_for(const Lowering& lowering, const ServiceView& view);

// E0405 if none of these may run it. False: it was reported.
bool check_place(const Lowering& lowering, const ServiceView& view, const std::vector<std::string>& nodes);

// E0404 if there are more copies with a fixed host port than nodes that have it free, or another service of the stack
// wants the same one. False: it was reported.
bool check_host_ports(const Lowering& lowering, const ServiceView& view, const std::vector<std::string>& nodes);

}  // namespace infra::engine
