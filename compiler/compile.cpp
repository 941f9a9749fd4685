#include "compiler/compile.h"

#include <algorithm>

#include "compiler/checks.h"
#include "compiler/checks/origins.h"
#include "compiler/expand/expander.h"
#include "compiler/index.h"
#include "compiler/names/compilation_units.h"
#include "compiler/poisoned.h"
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
void report(const Poisoned& poisoned, Diagnostics& out, Phase&& phase) {
  Diagnostics all = out;
  const auto before = all.all().size();
  phase(all);
  for (auto i = before; i < all.all().size(); ++i) {
    if (poisoned.empty() || !poisoned.explains(all.all()[i])) out.add(all.all()[i]);
  }
}

// Without the stack's platform each resource would be said to have none.
bool lacks_platform(const Unit& stack, const Poisoned& poisoned) {
  const auto setting = stack.program.settings.find("platform");
  return setting != stack.program.settings.end() && setting->second->value != nullptr &&
         poisoned.within(setting->second->value->span);
}

// Each phase goes on with what the ones before it have found to be right.
void expand_and_check(const CompileInput& input, const Unit& stack, Poisoned& poisoned, Compiled& out) {
  const ExpandOptions options{.poisoned = poisoned.empty() ? nullptr : &poisoned};
  Diagnostics found;
  Graph graph = Expander(stack, stack.types, input, options, found).run();
  found = with_origins(found, stack, graph.params);
  report(poisoned, out.diagnostics, [&](Diagnostics& all) { all.add_all(found); });
  if (too_large(out.diagnostics)) return;
  const bool checkable = are_contained(out.diagnostics);
  poisoned.add(out.diagnostics);
  report(poisoned, out.diagnostics, [&](Diagnostics& all) {
    if (checkable) check_graph(graph, stack, input.platforms, all);
    CompileInput others = input;
    others.index = nullptr;  // an editor shows the values of this run
    out.variants = expand_variants(others, stack, graph.params, graph.resources.size(), poisoned, all);
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
    Poisoned poisoned(units.top_items());
    poisoned.add(out.diagnostics);
    if (!lacks_platform(*stack, poisoned)) expand_and_check(input, *stack, poisoned, out);
  }
  out.diagnostics.sort();
  if (input.index != nullptr) units.hand_over(*input.index);
  return out;
}

}  // namespace infra
