// What a rollout says while it goes on: one line, when there is something new in it.
#include <fmt/format.h>

#include "apply/deployments/deployment_run.h"

namespace infra {
namespace {

// Within it a rollout says what it has, then also what it waits for.
constexpr std::chrono::seconds kPatience{10};

}  // namespace

std::optional<std::string> DeploymentRun::news(Moment now) {
  if (lacks_images()) return std::nullopt;  // the platform tells how far it is with them
  const auto p = progress_of(deployment_, record_, tasks_.seen());
  const auto took = std::chrono::duration_cast<std::chrono::seconds>(now - record_.started).count();
  const bool back = record_.goes_back();
  const auto text =
      plan_step().kind == Step::destroy
          ? fmt::format("{} left", tasks_.size())
          : fmt::format("{}{} of {} {}, {} healthy (floor {})", back ? "rolling back: " : "", p.healthy_new, p.wanted,
                        back ? "former" : "new", p.healthy, deployment_.policy.floor);
  // What is given up within seconds says why itself.
  const bool failing = record_.failures > 0 && !failure_.empty() && took >= 5;
  auto why = failing ? fmt::format("; {} failed, the last: {}", record_.failures, failure_) : std::string();
  if (!failing && took >= kPatience.count()) why = waiting_for();
  if (text + why == told_) return std::nullopt;
  told_ = text + why;
  return fmt::format("{}, {} s{}", text, took, why);
}

std::string DeploymentRun::waiting_for() const {
  const SeenTask* first = nullptr;
  const auto seen = tasks_.seen();
  for (const auto& task : seen) {
    if (task.health.now != Health::starting || task.health.detail.empty()) continue;
    if (first == nullptr || task.started < first->started) first = &task;
  }
  return first != nullptr ? fmt::format("; {} is starting: {}", first->address.text(), first->health.detail)
                          : std::string();
}

}  // namespace infra
