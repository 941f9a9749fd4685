#pragma once
#include <vector>

#include "providers/nodes/balancer/balancers_seen.h"

namespace infra::nodes::balancer {

// Of a plan: routes that another stack has already at the same listener of a load balancer that runs. Who doesn't
// answer refuses nothing.
std::vector<Provider::Refusal> refused_routes(const Engines& engines, const Ownership& owner,
                                              const std::vector<CreateRequest>& wanted);

}  // namespace infra::nodes::balancer
