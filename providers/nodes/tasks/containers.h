// The provider type "container".
#pragma once
#include <vector>

#include "providers/nodes/archive.h"
#include "providers/nodes/context.h"

namespace infra::nodes {

// The steps, for types that are made of containers. make_container: the engine's id; its image is there, and it has
// joined its networks. On failure nothing is left.
Result<std::string> make_container(const Context& context, const CreateRequest& request);
Result<Ok> start_container(const Context& context, const std::string& id, const CreateRequest& request);
// Within its `stop_timeout`. What is gone, or can't be stopped because it is dead, is no failure.
Result<Ok> stop_container(const Context& context, const std::string& id, const Value& inputs);
// Forced, with its anonymous volumes. Also while cancelling: it takes a moment, and leaves nothing behind.
Result<Ok> remove_container(const Context& context, const std::string& id);

// Pulls, creates, puts the files into it, starts, and waits until it is what was asked for. One that isn't is removed
// again, and the end of its log stands in the error.
Result<ObjectResult> create_container(const Context& context, const CreateRequest& request,
                                      const std::vector<ArchiveFile>& files = {});

// Only the credentials for its image's registry can differ, which the running container doesn't know.
Result<ObjectResult> update_container(const Context& context, const ExistingObject& existing);

// Stops it within its `stop_timeout`, then removes it with its anonymous volumes.
Result<Ok> destroy_container(const Context& context, const ExistingObject& existing);

}  // namespace infra::nodes
