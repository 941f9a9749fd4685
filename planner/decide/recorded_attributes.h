// `ignore` for what isn't an input of a part as it is declared (the number of copies, a container's image): it keeps
// its recorded value, whatever is declared. So does what a platform keeps by itself (providers/keeps_attributes.h).
#pragma once
#include "compiler/graph.h"
#include "providers/provider.h"
#include "state/state.h"

namespace infra {

// Before lowering. Attributes that are inputs of parts are left to the comparison of these.
void take_recorded_attributes(Graph& graph, const Platforms& platforms, const Snapshot& state);

}  // namespace infra
