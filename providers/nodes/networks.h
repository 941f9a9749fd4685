// The provider type "network".
#pragma once
#include <vector>

#include "providers/nodes/context.h"

namespace infra::nodes {

Result<std::vector<ObservedObject>> list_networks(Engine& engine, const Ownership& owner);
Result<ObjectResult> create_network(const Context& context, const CreateRequest& request);
Result<Ok> destroy_network(const Context& context, const ExistingObject& existing);

}  // namespace infra::nodes
