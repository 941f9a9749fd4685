#include "apply/execute/worker_count.h"

#include <algorithm>

namespace infra {

std::size_t workers_for(const Execution& execution) {
  const auto wanted = static_cast<std::size_t>(std::max(execution.parallelism, 1));
  std::size_t calls = execution.plan.steps.size();
  for (const auto& deployment : execution.plan.deployments) calls += deployment.start.size() + deployment.stop.size();
  return std::clamp<std::size_t>(calls, 1, wanted);
}

std::size_t stops_for(const Execution& execution) {
  constexpr std::size_t kStopsForEach = 10;
  std::size_t tasks = 0;
  for (const auto& deployment : execution.plan.deployments) tasks += deployment.start.size() + deployment.stop.size();
  const auto calls = static_cast<std::size_t>(std::max(execution.parallelism, 1));
  return calls == 1 ? 0 : std::min(tasks, calls * kStopsForEach);
}

DeploymentRun::Room Workers::left(std::size_t all, std::size_t stopping) const {
  if (stops == 0) {
    const auto left = calls - std::min(all, calls);
    return {.calls = left, .stops = left, .one_by_one = true};
  }
  const auto others = all - stopping;
  return {.calls = calls - std::min(others, calls), .stops = stops - std::min(stopping, stops)};
}

}  // namespace infra
