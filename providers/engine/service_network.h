// How the containers of a service's copies are connected.
#pragma once
#include <string>
#include <vector>

#include "providers/engine/service_view.h"

namespace infra::engine {

using Subnets = std::vector<const Resource*>;

// What `subnets` of a service, job or load balancer names, each once; empty if it names none.
Subnets stated_subnets(const Lowering& lowering, const Resource& resource);

// In awsvpc mode, what every copy joins: all of `service.subnets`; else the first of the private subnets of the
// cluster's VPC, else of all of them, else the VPC itself if that is `existing`. Empty if there is none, which the
// compiler has refused. Other modes need none: empty; ask `view.mode`. docs/adr/0039-several-subnets.md.
Subnets subnets_of(const Lowering& lowering, const ServiceView& view);

// The engine's ids of the subnets' networks on a node, those of its zone first. A task's address is the one that it has
// in the first.
List networks_on(const Lowering& lowering, const Subnets& subnets, const std::string& node);

// The name by which all copies of a service are found in their networks.
std::string network_alias(const ServiceView& view);

}  // namespace infra::engine
