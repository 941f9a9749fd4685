#include "compiler/compile.h"

#include <algorithm>

#include "compiler/checks.h"
#include "compiler/checks/origins.h"
#include "compiler/expander.h"
#include "compiler/index.h"
#include "compiler/spoilt.h"
#include "compiler/units.h"
#include "compiler/variants.h"

namespace infra {
namespace {

// Each other member would take as long to end in the same way.
bool too_large(const Diagnostics& diagnostics) {
  const auto& all = diagnostics.all();
  return std::any_of(all.begin(), all.end(), [](const Diagnostic& d) { return d.code == "E0307"; });
}

// Runs a phase that adds to what it is given, and keeps what nothing that is wrong already explains.
template <class Phase>
void report(const Spoilt& spoilt, Diagnostics& out, Phase&& phase) {
  Diagnostics all = out;
  const auto before = all.all().size();
  phase(all);
  for (auto i = before; i < all.all().size(); ++i) {
    if (spoilt.empty() || !spoilt.explains(all.all()[i])) out.add(all.all()[i]);
  }
}

// Without the stack's platform each resource would be said to have none.
bool lacks_platform(const Unit& stack, const Spoilt& spoilt) {
  const auto setting = stack.program.settings.find("platform");
  return setting != stack.program.settings.end() && setting->second->value != nullptr &&
         spoilt.within(setting->second->value->span);
}

// Each phase goes on with what the ones before it have found to be right.
void expand_and_check(const CompileInput& input, const Unit& stack, Spoilt& spoilt, Compiled& out) {
  const ExpandOptions options{.spoilt = spoilt.empty() ? nullptr : &spoilt};
  Diagnostics found;
  Graph graph = Expander(stack, stack.types, input, options, found).run();
  found = with_origins(found, stack, graph.params);
  report(spoilt, out.diagnostics, [&](Diagnostics& all) { all.add_all(found); });
  if (too_large(out.diagnostics)) return;
  const bool checkable = are_contained(out.diagnostics);
  spoilt.add(out.diagnostics);
  report(spoilt, out.diagnostics, [&](Diagnostics& all) {
    if (checkable) check_graph({.graph = graph, .stack = stack, .platforms = input.platforms}, all);
    CompileInput others = input;
    others.index = nullptr;  // an editor shows the values of this run
    out.variants = expand_variants(others, stack, graph.params, graph.resources.size(), spoilt, all);
  });
  if (!out.diagnostics.has_errors()) out.graph = std::move(graph);
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
  if (stack != nullptr && are_contained(out.diagnostics) && !types_only) {
    Spoilt spoilt(units.top_items());
    spoilt.add(out.diagnostics);
    if (!lacks_platform(*stack, spoilt)) expand_and_check(input, *stack, spoilt, out);
  }
  out.diagnostics.sort();
  if (input.index != nullptr) units.hand_over(*input.index);
  return out;
}

}  // namespace infra
