// What is seen of a service, sorted out by what its deployment wants of it in the direction that it takes now.
#pragma once
#include <span>
#include <vector>

#include "planner/rollout/next_moves.h"

namespace infra {

// It does what it is there for. One that has left the load balancer doesn't.
[[nodiscard]] inline bool serves(const SeenTask& task) {
  return (task.health.now == Health::healthy || task.health.now == Health::completed) && !task.draining;
}
[[nodiscard]] inline bool goes(const SeenTask& task) { return task.health.now == Health::stopping || task.draining; }
// Its processes have ended: removing it takes nothing away.
[[nodiscard]] inline bool ended(const SeenTask& task) {
  return task.health.now == Health::stopped || task.health.now == Health::completed;
}

struct Census {
  struct Copy {
    const SeenTask* seen = nullptr;
    bool kept = false;      // it was there before this direction was taken
    bool has_place = true;  // it can be made anew at its address
  };
  std::vector<Copy> wanted;                          // copies that are to stay, sorted by address
  std::vector<const SeenTask*> leaving;              // all others, in the order in which they go
  const std::vector<PlannedTask>* places = nullptr;  // Deployment::start, or back in a rollback
  int goal = 0;                                      // so many wanted copies there are in the end
  int floor = 0;
  int ceiling = 0;
  int serving = 0;         // copies that serve, leaving ones too
  int serving_wanted = 0;  // those of them that stay
  bool back = false;       // it is a rollback
};

Census take_census(const Deployment& deployment, const DeploymentRecord& record, std::span<const SeenTask> seen);

}  // namespace infra
