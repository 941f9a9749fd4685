#include "compiler/checks.h"

namespace infra {

void check_graph(const Graph& graph, Diagnostics& diagnostics) {
  for (const auto& check : {checks::networks, checks::names}) check(graph, diagnostics);
}

}  // namespace infra
