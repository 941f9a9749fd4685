// Containers as the engine's list call shows them: all that observe needs, in one call for a node.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "providers/nodes/context.h"

namespace infra::nodes {

// All of this stack's containers on the engine, in any state.
Result<std::vector<ObservedObject>> list_containers(Engine& engine, const Ownership& owner);

// Its name in the list, or the start of its id where it has none (any more).
std::string listed_name(const Value& entry);

// Does it use its node's own network? Lists of Podman don't say so of what isn't ours.
bool is_on_host_network(const Value& entry);

// What is seen of one of them. A container that doesn't run has no address and no ports.
ObservedObject observed_container(const Value& entry, const Address& address);

// The outputs of a running one, after a start: ports and addresses change with every start.
Result<Value> container_outputs(const Context& context, const std::string& id);

// From the list call's State ("running") and Status ("Up 5 seconds (healthy)"), and what it should come to
// ("running", "completed", "succeeded").
Health judge(const std::string& state, const std::string& status, const std::string& until);

}  // namespace infra::nodes
