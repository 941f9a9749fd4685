// How a registry is reached and signed in to.
#pragma once
#include <optional>
#include <string>

#include "providers/engine/lowering.h"

namespace infra::engine {

// Where every managed registry keeps its images, in its container.
inline constexpr const char* kRegistryStorage = "/var/lib/registry";

bool is_managed(const Resource& registry);            // without `endpoint`: a container of ours
Address managed_container(const Resource& registry);  // registry.images/container
Address managed_access(const Resource& registry);     // registry.images/access: its certificate and password

// The node that a managed one runs on: the first, or the first that others reach if one isn't on this machine.
std::string node_of_registry(const PlatformDecl& platform);
// A managed one that other machines use: it has a certificate and a password.
bool is_shared(const Lowering& lowering, const Resource& registry);

Value registry_endpoint(const Lowering& lowering, const Resource& registry);  // "localhost:5000", "10.0.0.5:5000"
// As stated, else for localhost and for a managed one that only this machine uses.
bool is_insecure(const Lowering& lowering, const Resource& registry);

// The `to` of an image as its registry; nullptr if it has none.
const Resource* registry_of_image(const Lowering& lowering, const Resource& image);
// The registry of a container's `image`: through an `image` declaration, or a declared registry whose endpoint the
// name starts with; nullptr if none is known.
const Resource* registry_of(const Lowering& lowering, const Value& image);

// Who signs in, for engines that do it themselves; with whoever gives out the tokens, for calls of our own. `grant` of
// a shared one: the address of what the state keeps for it.
void add_credentials(Map& inputs, const Lowering& lowering, const Resource& registry);
void add_access(Map& inputs, const Lowering& lowering, const Resource& registry);

}  // namespace infra::engine
