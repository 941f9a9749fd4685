// What services need of the load balancers that they have routes on.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "providers/engine/lowering.h"

namespace infra::engine {

// All of the platform's, or those in the zones of its subnets.
std::vector<std::string> nodes_of_balancer(const Lowering& lowering, const Resource& balancer);
// Its containers stand in the networks of its VPC, which span nodes, and not in those of their nodes.
bool stands_inside(const Lowering& lowering, const Resource& balancer);
// Without a port; null if it stands nowhere.
Value address_of_balancer(const Lowering& lowering, const Resource& balancer);

// Of a service: where each of its routes answers, the lowered balancers that it stands behind, and the longest time
// that a copy of it is given to end what it has begun (nullopt: it has no route).
List urls_of_routes(const Lowering& lowering, const Resource& service);
std::vector<Address> balancers_of(const Lowering& lowering, const Resource& service);
std::optional<Duration> drain_of(const Resource& service);

}  // namespace infra::engine
