// `urls` and `address` of a service.
#pragma once
#include <vector>

#include "providers/engine/placement.h"

namespace infra::engine {

// "0" of a task with one container, "0/web" of one with several.
std::string part_name(const ServiceView& view, const Instance& instance, const std::string& label);

// Where a node's published ports answer, seen from here: the host of a remote engine's endpoint, else this machine.
std::string node_host(const PlatformDecl& platform, const std::string& name);

Value service_outputs(const Lowering& lowering, const ServiceView& view, const std::vector<Instance>& instances);

}  // namespace infra::engine
