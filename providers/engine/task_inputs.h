// What the containers of a service's copy, or of a job's run, are made from.
#pragma once
#include <string>
#include <vector>

#include "providers/engine/service_network.h"

namespace infra::engine {

// What every copy is made from: name, mode, containers, aliases, reserve. Credentials aren't part of it: a new password
// is no new revision.
Map task_inputs(const Lowering& lowering, const ServiceView& view);

// Label of a container → who signs in to the registry of its image.
Map access_of(const Lowering& lowering, const ServiceView& view);

// The containers of the stack's own registries that its images are pulled from over a network: they run before, also
// where nothing is pushed in the same run.
std::vector<Address> registries_of(const Lowering& lowering, const ServiceView& view);

// Node → what only holds there: the networks that its copies join. Without subnets that is nothing, and `nodes_input`
// empty.
Map input_on(const Lowering& lowering, const Subnets& subnets, const std::string& node);
Map nodes_input(const Lowering& lowering, const Subnets& subnets, const std::vector<std::string>& nodes);

}  // namespace infra::engine
