// The registries that container engines run themselves: each has a port of its node.
#pragma once
#include "base/resource.h"
#include "compiler/graph.h"

namespace infra::checks {

// The one that has this port on the platform's first node, or nullptr.
const Resource* registry_with(const Graph& graph, const PlatformDecl& platform, std::int64_t port);

}  // namespace infra::checks
