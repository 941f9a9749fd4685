// What an image's name means, for stacks that use an image which they don't build.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "providers/nodes/context.h"

namespace infra::nodes {

// An image that one of the engines has from no registry is that one, by its id. Any other is what its registry says,
// by digest: what an engine once pulled under that tag may be old. `wanted` may hold `insecure`, `username` and
// `password`. nullopt: neither knows it.
Result<std::optional<FoundObject>> find_image(const std::vector<Engine*>& engines, const std::string& name,
                                              const Value& wanted);

}  // namespace infra::nodes
