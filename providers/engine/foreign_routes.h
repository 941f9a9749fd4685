// Routes of a service through listeners of load balancers that other stacks have.
#pragma once
#include <vector>

#include "providers/engine/lowering.h"

namespace infra::engine {

inline constexpr const char* kBalancerRoute = "balancer_route";

// One part for each such listener, of the type "balancer_route". What can't be routed is reported.
std::vector<LoweredResource> foreign_routes(const Lowering& lowering, const Resource& service);

}  // namespace infra::engine
