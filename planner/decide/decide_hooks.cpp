// What runs before a service is deleted. Whether one is deleted is decided before: it isn't if it is kept, protected or
// left out.
#include <fmt/format.h>

#include "planner/decide/reasons.h"
#include "planner/draft.h"
#include "planner/rollout/task_set.h"

namespace infra {
namespace {

class Hooks {
 public:
  explicit Hooks(Draft& draft) : draft_(draft) {}

  void decide(const LastRun& last) {
    const auto hook = draft_.slots.find(last.hook);
    const auto run = draft_.slots.find(last.run.address);
    if (!hook || !run || draft_.slots.all[*hook].row == nullptr) return;
    if (!is_deleted(last.service)) return let_go(*hook, last);
    if (draft_.slots.all[*run].hidden) return wait_for_node(*run, last);
    go_after_run(*hook, *run);
    decide_run(*run, last);
  }

 private:
  [[nodiscard]] bool is_deleted(const Address& service) const {
    const auto set = draft_.slots.find(service.with_part(kTaskSetPart));
    return set && draft_.current[*set].planned && draft_.current[*set].change.action == Action::destroy;
  }

  // A service that is left out of this run is deleted by a later one.
  [[nodiscard]] bool is_deleted_later(const Address& service) const {
    const auto set = draft_.slots.find(service.with_part(kTaskSetPart));
    if (!set || draft_.slots.all[*set].row == nullptr) return false;
    if (draft_.current[*set].change.action == Action::forget) return false;
    return draft_.input.destroy ? draft_.input.targets.empty() : draft_.slots.all[*set].declared == nullptr;
  }

  // The job goes and the service stays, or the service has gone already.
  void let_go(std::size_t hook, const LastRun& last) {
    auto& change = draft_.current[hook].change;
    if (change.action != Action::destroy) return;
    const bool later = is_deleted_later(last.service);
    change.action = later ? Action::no_op : Action::forget;
    change.reasons.clear();
    if (!later) change.reasons.push_back(reasons::hook_not_needed(last.service.text(), draft_.input.destroy));
  }

  // It may have succeeded there, or still run.
  void wait_for_node(std::size_t run, const LastRun& last) {
    draft_.diagnostics.error("E0705", draft_.span(run),
                             fmt::format("{} runs before {} is deleted, and the node that it was started on doesn't "
                                         "answer",
                                         last.hook.owner().text(), last.service.text()),
                             {}, "bring the node back, or leave the service out with --exclude");
  }

  // Whatever the run is limited to: a service isn't deleted without what runs before.
  void go_after_run(std::size_t hook, std::size_t run) {
    const auto& row = *draft_.slots.all[hook].row;
    auto& entry = draft_.current[hook];
    entry.planned = true;
    entry.run = run;
    if (entry.change.action == Action::destroy) return;
    entry.change = {.address = row.address,
                    .type = row.type,
                    .platform = row.platform,
                    .action = Action::destroy,
                    .id = row.id,
                    .reasons = {draft_.input.destroy ? reasons::asked() : reasons::not_declared()}};
  }

  void decide_run(std::size_t run, const LastRun& last) {
    auto& slot = draft_.slots.all[run];
    slot.want = slot.last;
    slot.selected = true;
    auto& entry = draft_.current[run];
    entry = {};
    decide_slot(draft_, run);
    auto& change = entry.change;
    const auto service = last.service.text();
    if (change.action != Action::no_op && !entry.record_only) {
      change.ends = true;
      change.drift = false;
      change.reasons.insert(change.reasons.begin(), reasons::before_deletion(service));
      return;
    }
    // It has succeeded in a run that was cut short.
    entry.record_only = false;
    change.action = Action::destroy;
    change.after = Value();
    change.attributes.clear();
    change.reasons = {reasons::has_run_before_deletion(service)};
  }

  Draft& draft_;
};

}  // namespace

void decide_hooks(Draft& draft) {
  if (draft.input.refresh_only) return;
  Hooks hooks(draft);
  for (const auto& last : draft.input.last_runs) hooks.decide(last);
}

}  // namespace infra
