// Phase 4, checks: what is well-typed and still impossible. Pure functions over the graph; one file a family in
// compiler/checks/, one row in checks.cpp.
#pragma once
#include "base/diagnostic.h"
#include "compiler/graph.h"

namespace infra {

void check_graph(const Graph& graph, Diagnostics& diagnostics);

namespace checks {
void networks(const Graph& graph, Diagnostics& diagnostics);  // E0407
void names(const Graph& graph, Diagnostics& diagnostics);     // E0311
}  // namespace checks

}  // namespace infra
