// The provider type "image".
#pragma once
#include <vector>

#include "providers/nodes/context.h"

namespace infra::nodes {

Result<std::vector<ObservedObject>> list_images(Engine& engine, const Ownership& owner);
Result<ObjectResult> create_image(const Context& context, const CreateRequest& request);
// Only credentials can differ: nothing is built or pushed.
Result<ObjectResult> update_image(const ExistingObject& existing);
// From the engine alone: of one that was pushed nowhere there may be copies on several.
Result<Ok> remove_image(const Context& context, const std::string& id);
// Removes it from the engine, and its manifest from the registry if that allows it.
Result<Ok> destroy_image(const Context& context, const ExistingObject& existing);

}  // namespace infra::nodes
