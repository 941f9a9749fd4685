// The resource graph as a picture: an arrow leads from a declaration to what it needs.
#pragma once
#include <string>

#include "compiler/graph.h"

namespace infra::cli {

std::string to_graphviz(const Graph& graph);
std::string to_mermaid(const Graph& graph);

}  // namespace infra::cli
