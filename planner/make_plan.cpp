#include <fmt/format.h>

#include <algorithm>

#include "planner/decide/targets.h"
#include "planner/draft.h"
#include "planner/rollout/task_set.h"

namespace infra {
namespace {

// Does anything else of its platform answer, so that tasks can run there?
bool others_answer(const Draft& draft, const Observation::Unreachable& unreachable) {
  const auto& hosts = draft.input.observed.hosts;
  return !unreachable.node.empty() && std::any_of(hosts.begin(), hosts.end(), [&](const ObservedHost& host) {
    return host.platform == unreachable.platform && host.answers;
  });
}

std::string what_lives_there(std::size_t touched) {
  if (touched == 0) return "whatever lives there";
  return touched == 1 ? std::string("the object that lives there")
                      : fmt::format("the {} objects that live there", touched);
}

// What lives in a part of the world that doesn't answer is neither there nor gone: nothing sound can be planned for it.
// Tasks are made on other nodes meanwhile, if there are any.
void report_silences(Draft& draft) {
  for (const auto& unreachable : draft.input.observed.unreachable) {
    std::size_t touched = 0;
    for (const auto& address : unreachable.hidden) {
      const auto own = draft.slots.find(address);
      const auto slot = own ? own : draft.slots.find(address.owner().with_part(kTaskSetPart));
      touched += slot && draft.slots.all[*slot].selected ? 1U : 0U;
    }
    const bool narrowed = !draft.input.targets.empty() || !draft.input.exclude.empty();
    if (touched == 0 && narrowed) continue;
    if (others_answer(draft, unreachable)) {
      draft.diagnostics.warning(
          "E0705", {},
          fmt::format("{} doesn't answer ({}): tasks run on other nodes meanwhile, and nothing else "
                      "is planned for it",
                      unreachable.where, unreachable.error.line()),
          {}, "bring it back, or take it out of the platform");
      continue;
    }
    const auto& help = unreachable.error.help;
    draft.diagnostics.error("E0705", {},
                            fmt::format("{} doesn't answer ({}), so nothing can be planned for {}", unreachable.where,
                                        unreachable.error.line(), what_lives_there(touched)),
                            {}, help.empty() ? "bring it back, or leave it out with --target or --exclude" : help);
  }
}

// What platforms say of objects that the plan leaves as they are: copies that don't run, settings of somebody else's.
void report_remarks(Draft& draft) {
  if (draft.input.destroy) return;
  for (std::size_t index = 0; index < draft.slots.all.size(); ++index) {
    const auto& slot = draft.slots.all[index];
    const auto* object = slot.selected && slot.row != nullptr ? slot.object(slot.row->id) : nullptr;
    if (object == nullptr || !object->rollout || object->rollout->reason.empty()) continue;
    draft.diagnostics.warning("E0721", draft.span(index), object->rollout->reason);
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
  plan.noted = input.noted;

  select_targets(draft.slots, input, draft.diagnostics);
  plan.left_out = leave_out(draft.slots, input, draft.diagnostics);
  leave_to_later_stages(draft.slots, input);
  check_replace(draft.slots, input, draft.diagnostics);
  report_silences(draft);
  report_remarks(draft);
  decide_declared(draft);
  decide_undeclared(draft);
  decide_hooks(draft);
  place_tasks(draft);
  find_contention(draft);
  settle_order_of_replacement(draft);
  write_outputs(draft, plan);
  write_stages(draft, plan);
  write_changes_and_steps(draft, plan);
  write_billed(draft, plan);

  for (auto& diagnostic : draft.diagnostics.all()) {
    if (diagnostic.severity == Severity::warning) plan.warnings.push_back(diagnostic);
  }
  report.diagnostics = std::move(draft.diagnostics);
  report.diagnostics.sort();
  return report;
}

}  // namespace infra
