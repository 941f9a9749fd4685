#include "planner/render/deployment_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace infra {
namespace {

std::string tasks(std::size_t count) { return fmt::format("{} task{}", count, count == 1 ? "" : "s"); }

// Copies that are there and answer.
std::size_t existing(const Deployment& deployment) {
  const auto& stop = deployment.stop;
  const auto going = std::count_if(stop.begin(), stop.end(), [](const ExistingTask& task) { return !task.lost; });
  return deployment.keep.size() + static_cast<std::size_t>(going);
}

// Without the places of copies that stay: those are started only if such a copy fails meanwhile.
std::vector<const PlannedTask*> new_tasks(const Deployment& deployment) {
  std::vector<const PlannedTask*> out;
  for (const auto& task : deployment.start) {
    const bool kept = std::any_of(deployment.keep.begin(), deployment.keep.end(),
                                  [&](const ExistingTask& k) { return k.address == task.address; });
    if (!kept) out.push_back(&task);
  }
  return out;
}

std::string of_revision(const std::string& revision) {
  return revision.empty() ? std::string(" of a new revision") : " of " + short_revision(revision);
}

std::string limits(const Deployment& deployment) {
  const auto& policy = deployment.policy;
  auto out = fmt::format("; at least {} and at most {} at a time", policy.floor, policy.ceiling);
  if (deployment.from.empty() || deployment.from == deployment.to) return out;
  return out + (policy.rollback ? "; rolls back on failure" : "; stops on failure");
}

std::string scaling(const Deployment& deployment, std::size_t now) {
  const auto wanted = static_cast<std::size_t>(deployment.desired);
  if (now == wanted) return fmt::format("completing: {}", tasks(wanted));
  return fmt::format("scaling: {} → {}", tasks(now), wanted);
}

bool is_scaled(const Change& change) {
  return std::any_of(change.attributes.begin(), change.attributes.end(),
                     [](const AttributeChange& attribute) { return attribute.path == "desired"; });
}

std::string healing(const Deployment& deployment, std::size_t now) {
  const auto fresh = new_tasks(deployment).size();
  const auto total = static_cast<std::size_t>(deployment.desired);
  if (fresh > 0 && now + fresh <= total) return fmt::format("{} of {} will be started", fresh, tasks(total));
  if (fresh == 0 && deployment.stop.empty()) return fmt::format("completing: {}", tasks(total));
  if (fresh == 0) return fmt::format("{} too many will be stopped", tasks(deployment.stop.size()));
  return fmt::format("{} of {} will be replaced{}", fresh, tasks(total), limits(deployment));
}

}  // namespace

std::string short_revision(const std::string& revision) { return revision.substr(0, 7); }

std::string deployment_text(const Deployment& deployment, const Change& change) {
  const auto action = change.action;
  const auto now = existing(deployment);
  const auto wanted = static_cast<std::size_t>(deployment.desired);
  if (action == Action::destroy) return fmt::format("{} will be stopped", tasks(now));
  if (action == Action::replace) return fmt::format("{} will be stopped, then {} started", tasks(now), wanted);
  if (now == 0) return fmt::format("{} will be started", tasks(wanted));
  if (!deployment.from.empty() && deployment.from == deployment.to) {
    return is_scaled(change) ? scaling(deployment, now) : healing(deployment, now);
  }
  return fmt::format("rolling: {}{} → {}{}{}", tasks(now),
                     deployment.from.empty() ? std::string() : of_revision(deployment.from), wanted,
                     of_revision(deployment.to), limits(deployment));
}

std::vector<std::string> deployment_details(const Deployment& deployment) {
  std::vector<std::string> out;
  for (const auto* task : new_tasks(deployment)) {
    out.push_back(fmt::format("start {} on {}", task->address.text(), task->node));
  }
  for (const auto& task : deployment.stop) {
    out.push_back(fmt::format("{} {} on {}", task.lost ? "forget" : "stop", task.address.text(), task.node));
  }
  return out;
}

}  // namespace infra
