#include <algorithm>

#include "planner/rollout/census.h"
#include "planner/rollout/failure.h"

namespace infra {
namespace {

class Earliest {
 public:
  explicit Earliest(Moment now) : now_(now) {}
  void add(Moment at) {
    if (at > now_) first_ = std::min(first_, at);
  }
  [[nodiscard]] Moment first() const { return first_; }

 private:
  Moment now_;
  Moment first_ = Moment::max();
};

}  // namespace

Moment next_time(const Deployment& deployment, const DeploymentRecord& record, std::span<const SeenTask> seen,
                 Moment now) {
  Earliest earliest(now);
  for (const auto& task : seen)
    if (const auto end = start_ends(task, deployment.policy)) earliest.add(*end);
  for (const auto& back_off : record.back_off) earliest.add(back_off.until);
  if (deployment.policy.deadline.count() > 0) earliest.add(record.started + deployment.policy.deadline);
  return earliest.first();
}

DeploymentProgress progress_of(const Deployment& deployment, const DeploymentRecord& record,
                               std::span<const SeenTask> seen) {
  const auto census = take_census(deployment, record, seen);
  return {.wanted = census.goal,
          .made = static_cast<int>(census.wanted.size()),
          .healthy_new = census.serving_wanted,
          .healthy = census.serving,
          .all = static_cast<int>(seen.size())};
}

}  // namespace infra
