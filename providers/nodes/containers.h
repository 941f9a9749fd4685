// The provider type "container".
#pragma once
#include "providers/nodes/context.h"

namespace infra::nodes {

// Pulls, creates, starts, and waits until it is what was asked for. One that isn't is removed again, and the end of its
// log stands in the error.
Result<ObjectResult> create_container(const Context& context, const CreateRequest& request);

// Only the credentials for its image's registry can differ, which the running container doesn't know.
Result<ObjectResult> update_container(const Context& context, const ExistingObject& existing);

// Stops it within its `stop_timeout`, then removes it with its anonymous volumes.
Result<Ok> destroy_container(const Context& context, const ExistingObject& existing);

}  // namespace infra::nodes
