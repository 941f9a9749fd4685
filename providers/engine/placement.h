// Which nodes the copies of a service may run on. Which they do run on is decided after observing
// (planner/rollout/place.h).
#pragma once
#include <string>
#include <vector>

#include "providers/engine/service_view.h"

namespace infra::engine {

// All of the platform's, but for an image that only its first node has.
std::vector<std::string> nodes_for(const Lowering& lowering, const ServiceView& view);

// E0404 if there are more copies with a fixed host port than nodes that have it free, or another service of the stack
// wants the same one. False: it was reported.
bool check_host_ports(const Lowering& lowering, const ServiceView& view, const std::vector<std::string>& nodes);

}  // namespace infra::engine
