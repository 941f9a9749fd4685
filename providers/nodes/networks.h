// The provider type "network", and what it shares with networks over several nodes.
#pragma once
#include <chrono>
#include <vector>

#include "providers/nodes/context.h"

namespace infra::nodes {

// An engine gives away a network's addresses and makes its bridge before it lists the network, and a killed run may
// have left it doing so: what seems to belong to nobody is looked at again, so often and after such a pause.
inline constexpr int kLooksAtBridges = 20;
inline constexpr auto kBetweenLooks = std::chrono::milliseconds(50);

Result<std::vector<ObservedObject>> list_networks(Engine& engine, const Ownership& owner);
// `type` is "network" or "overlay_network".
Result<std::vector<ObservedObject>> list_networks_of(Engine& engine, const Ownership& owner, const std::string& type);
Result<ObjectResult> create_network(const Context& context, const CreateRequest& request);
Result<Ok> destroy_network(const Context& context, const ExistingObject& existing);

}  // namespace infra::nodes
