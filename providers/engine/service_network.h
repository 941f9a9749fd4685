// How the containers of a service's copies are connected.
#pragma once
#include <optional>

#include "providers/engine/service_view.h"

namespace infra::engine {

// In awsvpc mode: the first of `service.subnets`, else of the private subnets of the cluster's VPC, else of all of
// them, else the VPC itself if that is `existing`; nullptr if there is none, which the compiler has refused. Other
// modes need none: nullptr; ask `view.mode`.
const Resource* subnet_of(const Lowering& lowering, const ServiceView& view);

// The engine's id of a subnet's network on a node.
Value network_on(const Lowering& lowering, const Resource& subnet, const std::string& node);

// The name by which all copies of a service are found in their network.
std::string network_alias(const ServiceView& view);

}  // namespace infra::engine
