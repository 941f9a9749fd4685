#include "compiler/compile.h"

#include <algorithm>

#include "compiler/checks.h"
#include "compiler/expander.h"
#include "compiler/index.h"
#include "compiler/runs_on.h"
#include "compiler/units.h"
#include "compiler/variants.h"

namespace infra {
namespace {

// Each other member would take as long to end in the same way.
bool too_large(const Diagnostics& diagnostics) {
  const auto& all = diagnostics.all();
  return std::any_of(all.begin(), all.end(), [](const Diagnostic& d) { return d.code == "E0307"; });
}

}  // namespace

Compiled compile(const CompileInput& input) {
  Compiled out;
  Units units(input, out.sources);
  const auto* stack = units.stack(out.diagnostics);
  if (stack != nullptr) {
    out.outputs = stack->types.outputs;
    for (const auto& [name, type] : stack->types.params) {
      if (type.secret) out.secret_params.push_back(name);
    }
  }
  const bool types_only = input.index != nullptr && input.index->probe;
  if (stack != nullptr && !out.diagnostics.has_errors() && !types_only) {
    const ExpandOptions options;
    Graph graph = Expander(*stack, stack->types, input, options, out.diagnostics).run();
    settle_platforms(graph);
    if (!out.diagnostics.has_errors())
      check_graph({.graph = graph, .stack = *stack, .platforms = input.platforms}, out.diagnostics);
    CompileInput others = input;
    others.index = nullptr;  // an editor shows the values of this run
    if (!too_large(out.diagnostics))
      out.variants = expand_variants(others, *stack, graph.params, graph.resources.size(), out.diagnostics);
    if (!out.diagnostics.has_errors()) out.graph = std::move(graph);
  }
  out.diagnostics.sort();
  if (input.index != nullptr) units.hand_over(*input.index);
  return out;
}

}  // namespace infra
