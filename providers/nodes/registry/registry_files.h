// What lies in the storage of a registry's container, read and collected through its engine: the distribution API lists
// no image without a tag, doesn't say when one was pushed, and frees no space.
#pragma once
#include <string>

#include "providers/nodes/context.h"
#include "providers/registry/stored_images.h"

namespace infra::nodes {

// Below the storage's root directory, which is the same in every managed registry: engine::kRegistryStorage.
Result<registry::StoredIndex> read_stored_index(const Context& context, const std::string& container,
                                                const std::string& repository);

// On the container that a registry's space is freed in: it is there for as long as that isn't done.
inline constexpr const char* kCollectLabel = "infra.collect";

// Stops the registry, runs its own `garbage-collect` on its volumes, and starts it again, whatever came of that. If
// this program is killed meanwhile, the next apply starts it.
Result<Ok> collect_registry(const Context& context, const std::string& container);

}  // namespace infra::nodes
