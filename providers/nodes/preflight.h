// What an engine would refuse of a plan: images that don't exist, or that it can't run.
#pragma once
#include <vector>

#include "providers/nodes/context.h"

namespace infra::nodes {

// `tasks` are those of this engine's node. One call for each image that is here, two for one that isn't; whoever
// doesn't answer refuses nothing.
std::vector<Provider::Refusal> preflight_on(const Context& context, const std::vector<const CreateRequest*>& tasks);

}  // namespace infra::nodes
