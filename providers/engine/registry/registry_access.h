// How a registry is reached and signed in to.
#pragma once
#include <optional>
#include <string>

#include "providers/engine/lowering.h"

namespace infra::engine {

// Where every managed registry keeps its images, in its container.
inline constexpr const char* kRegistryStorage = "/var/lib/registry";

bool is_managed(const Resource& registry);            // without `endpoint`: a container of ours
Value registry_endpoint(const Resource& registry);    // "localhost:5000"
bool is_insecure(const Resource& registry);           // as stated, else for a managed one and for localhost
Address managed_container(const Resource& registry);  // registry.images/container

// The `to` of an image as its registry; nullptr if it has none.
const Resource* registry_of_image(const Lowering& lowering, const Resource& image);
// The registry of a container's `image`: through an `image` declaration, or a declared registry whose endpoint the
// name starts with; nullptr if none is known.
const Resource* registry_of(const Lowering& lowering, const Value& image);

// Who signs in, for engines that do it themselves; with whoever gives out the tokens, for calls of our own.
void add_credentials(Map& inputs, const Resource& registry);
void add_access(Map& inputs, const Resource& registry);

}  // namespace infra::engine
