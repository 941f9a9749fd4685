// The registries that container engines run themselves: each has a port of its platform's first node.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/values/resource.h"
#include "compiler/graph.h"

namespace infra::checks {

using RegistryPorts = std::multimap<std::pair<std::string, std::int64_t>, const Resource*>;  // by platform and port
RegistryPorts ports_of_registries(const Graph& graph);

}  // namespace infra::checks
