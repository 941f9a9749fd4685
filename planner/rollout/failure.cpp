#include "planner/rollout/failure.h"

#include <fmt/format.h>

namespace infra {
namespace {

// A copy that was there before may have been healthy for long, and its engine starts it again faster than it could be
// replaced. One whose start fails again and again is in a crash loop.
constexpr int kRestartsOfKept = 2;

std::string said_with(std::string_view what, const std::string& detail) {
  return detail.empty() ? std::string(what) : fmt::format("{}: {}", what, detail);
}

std::string restarted(int times) {
  return times == 1 ? "restarted before it was healthy"
                    : fmt::format("restarted {} times before it was healthy", times);
}

}  // namespace

std::string time_text(std::chrono::milliseconds time) {
  const auto seconds = time.count() / 1000;
  if (seconds < 120 && seconds % 60 != 0) return fmt::format("{} s", seconds);
  if (seconds % 60 == 0) return fmt::format("{} min", seconds / 60);
  return fmt::format("{} min {} s", seconds / 60, seconds % 60);
}

std::optional<Moment> start_ends(const SeenTask& task, const DeployPolicy& policy) {
  if (task.health.now != Health::starting || task.id.empty() || task.started == Moment{}) return std::nullopt;
  return task.started + policy.start;
}

std::optional<std::string> failure_of(const SeenTask& task, bool kept, const DeployPolicy& policy, Moment now) {
  if (task.id.empty() || task.draining) return std::nullopt;
  switch (task.health.now) {
    case Health::stopped:
      return said_with("stopped", task.health.detail);
    case Health::unhealthy:
      return said_with("unhealthy", task.health.detail == "unhealthy" ? std::string() : task.health.detail);
    case Health::starting: {
      if (task.health.restarts > (kept ? kRestartsOfKept : 0))
        return said_with(restarted(task.health.restarts), task.health.detail);
      const auto end = start_ends(task, policy);
      if (end && now >= *end) return fmt::format("not healthy after {}", time_text(policy.start));
      return std::nullopt;
    }
    case Health::healthy:
    case Health::completed:
    case Health::stopping:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace infra
