#include "compiler/compile.h"

#include <algorithm>
#include <utility>

#include "compiler/checks.h"
#include "compiler/checks/check_origins.h"
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

// Trials that a second thread begins with while this run's own values are expanded and checked.
class SharedTrials {
 public:
  SharedTrials(const CompileInput& input, const Unit& stack, const Poisoned& poisoned)
      : trials_(input, stack, poisoned) {
    if (input.aside) wait_ = input.aside([this] { trials_.work(); });
  }
  ~SharedTrials() {
    trials_.stop();
    end_aside();
  }
  SharedTrials(const SharedTrials&) = delete;
  SharedTrials& operator=(const SharedTrials&) = delete;

  void expect(std::size_t resources) { trials_.expect(resources); }
  // With what is left done here.
  Variants result() {
    trials_.work();
    end_aside();
    return trials_.result();
  }

 private:
  void end_aside() {
    if (wait_) std::exchange(wait_, nullptr)();
  }

  VariantTrials trials_;
  std::function<void()> wait_;
};

// Each phase goes on with what the ones before it have found to be right.
void expand_and_check(const CompileInput& input, const Unit& stack, Poisoned& poisoned, Compiled& out) {
  std::optional<SharedTrials> trials(std::in_place, input, stack, poisoned);
  const ExpandOptions options{.poisoned = poisoned.empty() ? nullptr : &poisoned};
  Diagnostics found;
  Graph graph = Expander(stack, stack.types, input, options, found).run();
  trials->expect(graph.resources.size());
  found = with_origins(found, stack, graph.params);
  report(poisoned, out.diagnostics, [&](Diagnostics& all) { all.add_all(found); });
  if (too_large(out.diagnostics)) return;
  const bool checkable = are_contained(out.diagnostics);
  poisoned.add(out.diagnostics);
  if (found.has_errors()) {  // which needn't be said again of each variant
    trials.emplace(input, stack, poisoned);
    trials->expect(graph.resources.size());
  }
  report(poisoned, out.diagnostics, [&](Diagnostics& all) {
    if (checkable) check_graph(graph, stack, input.platforms, all);
    auto variants = trials->result();
    variants.findings.report(all);
    out.variants = std::move(variants.right);
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
