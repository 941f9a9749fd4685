#include "planner/check/check_deployments.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "facts/rollout.h"

namespace infra {
namespace {

// The addresses of tasks; false if one comes twice.
template <class Tasks>
bool gather(const Tasks& tasks, std::set<Address>& out) {
  return std::all_of(tasks.begin(), tasks.end(), [&](const auto& task) { return out.insert(task.address).second; });
}

std::unordered_set<std::string_view> ids_of(const std::vector<ExistingTask>& tasks) {
  std::unordered_set<std::string_view> out;
  for (const auto& task : tasks) out.insert(task.id);
  return out;
}

class DeploymentCheck {
 public:
  DeploymentCheck(const PlanTables& tables, const Change& change, std::vector<std::string>& breaches)
      : tables_(tables),
        change_(change),
        deployment_(tables.plan.deployments[*change.deployment]),
        want_(tables.wanted_set(change)),
        now_(tables.tasks_of(deployment_.service, deployment_.platform)),
        keep_(ids_of(deployment_.keep)),
        stop_(ids_of(deployment_.stop)),
        breaches_(breaches) {
    for (const auto* object : now_.observed) seen_.emplace(object->id, &object->address);
  }

  void run() {
    check_owner();
    check_addresses();
    check_existing();
    check_all_accounted_for();
    check_count();
    check_policy();
    check_rollback();
  }

 private:
  template <class... A>
  void breach(fmt::format_string<A...> format, A&&... arguments) {
    breaches_.push_back(deployment_.service.text() + ": " + fmt::format(format, std::forward<A>(arguments)...));
  }

  void check_owner() {
    if (change_.address.owner() != deployment_.service || change_.platform != deployment_.platform)
      breach("its deployment is carried out for {} on {}", change_.address.text(), change_.platform);
    if (change_.action == Action::no_op) breach("its deployment is part of no change");
  }

  void check_addresses() {
    std::set<Address> start;
    std::set<Address> back;
    if (!gather(deployment_.start, start)) breach("two copies are started at one address");
    if (!gather(deployment_.back, back)) breach("a rollback starts two copies at one address");
    for (const auto* addresses : {&start, &back}) {
      for (const auto& address : *addresses)
        if (address.owner() != deployment_.service) breach("{} is started as its copy", address.text());
    }
  }

  // What stays and what goes is there, and nothing is both. A lost copy is one that can't be seen.
  void check_existing() {
    for (const auto& task : deployment_.keep) {
      if (task.lost || !is_seen(task)) breach("{} stays and isn't there", task.address.text());
      if (stop_.contains(task.id)) breach("{} stays and goes", task.address.text());
    }
    for (const auto& task : deployment_.stop)
      if (is_seen(task) == task.lost)
        breach("{} {}", task.address.text(), task.lost ? "is lost and seen" : "isn't there");
  }

  [[nodiscard]] bool is_seen(const ExistingTask& task) const {
    const auto at = seen_.find(task.id);
    return at != seen_.end() && *at->second == task.address;
  }

  // No copy is forgotten: neither one that is seen, nor one on a node that doesn't answer.
  void check_all_accounted_for() {
    for (const auto* object : now_.observed) {
      const bool listed = keep_.contains(object->id) || stop_.contains(object->id);
      if (!listed && !now_.is_orphan(object->id)) breach("{} is there and not accounted for", object->address.text());
    }
    for (const auto* row : now_.rows) {
      if (tables_.is_on_unreachable_node(*row) && !stop_.contains(row->id))
        breach("{} is on a node that doesn't answer and not accounted for", row->address.text());
    }
  }

  void check_count() {
    std::set<Address> in_the_end;
    gather(deployment_.keep, in_the_end);
    for (const auto& task : deployment_.start) in_the_end.insert(task.address);
    if (static_cast<int>(in_the_end.size()) != deployment_.desired)
      breach("{} copies in the end instead of {}", in_the_end.size(), deployment_.desired);
    if (!want_ || want_->daemon || deployment_.held) return;
    const auto most = want_->scale ? want_->scale->most : want_->desired;
    const auto least = want_->scale ? want_->scale->least : want_->desired;
    const bool short_of_room = deployment_.desired < least && !tables_.plan.warnings.empty();
    if (deployment_.desired > most || (deployment_.desired < least && !short_of_room))
      breach("{} copies are wanted, and the deployment is for {}", least, deployment_.desired);
  }

  // ECS's counts, which a copy that has to free its node's port first may lower.
  void check_policy() {
    const auto& policy = deployment_.policy;
    const bool waits = std::any_of(deployment_.start.begin(), deployment_.start.end(),
                                   [](const PlannedTask& task) { return !task.after.empty(); });
    if (policy.floor < 0 || policy.ceiling < 1) breach("floor {}, ceiling {}", policy.floor, policy.ceiling);
    if (!want_ && policy.floor > 0) breach("it goes, and {} of its copies have to stay", policy.floor);
    if (!want_ || want_->stop_first || !tables_.plan.warnings.empty()) return;
    const auto floor = facts::floor_of(want_->min, deployment_.desired);
    const auto ceiling = std::max<std::int64_t>(1, facts::ceiling_of(want_->max, deployment_.desired));
    if (policy.ceiling != ceiling) breach("at most {} copies instead of {}", policy.ceiling, ceiling);
    if (policy.floor > floor || (policy.floor < floor && !waits))
      breach("at least {} healthy copies instead of {}", policy.floor, floor);
  }

  void check_rollback() {
    if (!deployment_.back.empty() && (deployment_.from.empty() || deployment_.from == deployment_.to))
      breach("a rollback has copies and no revision to go back to");
    std::set<Address> gone;
    gather(deployment_.stop, gone);
    for (const auto& task : deployment_.start) {
      for (const auto& first : task.after)
        if (!gone.contains(first)) breach("{} waits for {}, which doesn't go", task.address.text(), first.text());
    }
  }

  const PlanTables& tables_;
  const Change& change_;
  const Deployment& deployment_;
  std::optional<TaskSet> want_;
  PlanTables::Tasks now_;
  std::unordered_set<std::string_view> keep_, stop_;                // ids
  std::unordered_map<std::string_view, const Address*> seen_ = {};  // by id
  std::vector<std::string>& breaches_;
};

}  // namespace

bool check_deployments(const PlanTables& tables, std::vector<std::string>& breaches) {
  std::vector<bool> carried_out(tables.plan.deployments.size());
  for (const auto& change : tables.plan.changes) {
    if (!change.deployment) continue;
    const auto index = *change.deployment;
    if (index >= carried_out.size() || carried_out[index]) {
      breaches.push_back(fmt::format(
          "{}: {}", change.address.text(),
          index >= carried_out.size() ? "its deployment is missing" : "its deployment is another change's, too"));
      return false;
    }
    carried_out[index] = true;
    DeploymentCheck(tables, change, breaches).run();
  }
  return true;
}

}  // namespace infra
