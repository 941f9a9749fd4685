// A subnet's `zone` is the nodes' label `zone`. Nodes of which none has one are one zone: what is written for several
// runs there, too.
#pragma once
#include <string>
#include <vector>

#include "providers/engine/service_network.h"

namespace infra::engine {

// Where what names these subnets may stand: on the nodes of their zones, or all if no zone is stated. Empty: no node
// has one of them.
std::vector<std::string> nodes_in_zones_of(const Lowering& lowering, const Subnets& subnets);

// In their order, but those of the node's zone first, then those without a zone.
Subnets nearest_first(const Lowering& lowering, const Subnets& subnets, const std::string& node);

// E0405 if it may stand on none of `nodes`. `kept_on`: the one node that has its image; empty: any. False: it was
// reported.
bool check_zones(const Lowering& lowering, const std::vector<std::string>& nodes, const std::string& kept_on = {});

}  // namespace infra::engine
