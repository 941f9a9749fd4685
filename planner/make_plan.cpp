#include <fmt/format.h>

#include <algorithm>

#include "planner/draft.h"
#include "planner/targets.h"

namespace infra {
namespace {

// What lives in a part of the world that doesn't answer is neither there nor gone: nothing sound can be planned for it.
void report_silences(Draft& draft) {
  for (const auto& silence : draft.input.observed.silences) {
    std::size_t touched = 0;
    for (const auto& address : silence.hidden) {
      const auto slot = draft.slots.find(address);
      touched += slot && draft.slots.all[*slot].selected ? 1U : 0U;
    }
    const bool narrowed = !draft.input.targets.empty() || !draft.input.exclude.empty();
    if (touched == 0 && narrowed) continue;
    const auto what = touched == 0   ? std::string("whatever lives there")
                      : touched == 1 ? std::string("the object that lives there")
                                     : fmt::format("the {} objects that live there", touched);
    const auto& help = silence.error.help;
    draft.diagnostics.error("E0705", {},
                            fmt::format("{} doesn't answer ({}), so nothing can be planned for {}", silence.where,
                                        silence.error.line(), what),
                            {}, help.empty() ? "bring it back, or leave it out with --target or --exclude" : help);
  }
}

}  // namespace

PlanReport make_plan(const PlanInput& input) {
  Draft draft(input);
  PlanReport report;
  auto& plan = report.plan;
  plan.stack = input.stack;
  plan.lineage = input.state.lineage;
  plan.serial = input.state.serial;
  plan.destroy = input.destroy;
  plan.targets = input.targets;
  plan.refresh_only = input.refresh_only;
  plan.moved = input.moved;
  plan.imported = input.imported;

  select_targets(draft.slots, input, draft.diagnostics);
  plan.left_out = leave_out(draft.slots, input, draft.diagnostics);
  leave_to_later_stages(draft.slots, input);
  check_replace(draft.slots, input, draft.diagnostics);
  report_silences(draft);
  decide_declared(draft);
  decide_undeclared(draft);
  settle_order_of_replacement(draft);
  write_outputs(draft, plan);
  write_stages(draft, plan);
  write_changes_and_steps(draft, plan);

  for (auto& diagnostic : draft.diagnostics.all()) {
    if (diagnostic.severity == Severity::warning) plan.warnings.push_back(diagnostic);
  }
  report.diagnostics = std::move(draft.diagnostics);
  report.diagnostics.sort();
  return report;
}

}  // namespace infra
