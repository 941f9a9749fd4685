// The provider type "overlay_network".
#pragma once
#include "providers/nodes/overlay/swarm_overlay.h"

namespace infra::nodes::overlay {

Result<std::vector<ObservedObject>> list_overlay_networks(Engine& manager, const Ownership& owner);
Result<ObjectResult> create_overlay_network(const Nodes& nodes, const CreateRequest& request);
Result<Ok> destroy_overlay_network(const Nodes& nodes, const ExistingObject& existing);

}  // namespace infra::nodes::overlay
