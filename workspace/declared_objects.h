// What a stack declares on each of its platforms, beside what is recorded of it: for `infra doctor`.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/graph.h"
#include "providers/checkup.h"
#include "workspace/options.h"

namespace infra {

using DeclaredByPlatform = std::map<std::string, std::vector<DeclaredObject>>;

// Lowers the graph; what is refused there, `infra validate` says. The Error: the state can't be read.
Result<DeclaredByPlatform> declared_objects(const StackOptions& options, const Graph& graph);

}  // namespace infra
