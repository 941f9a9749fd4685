// How many calls to providers may be under way at once.
#pragma once
#include <cstddef>

#include "apply/deployments/deployment_run.h"
#include "apply/execute/executor.h"

namespace infra {

// No more than there are calls to make.
std::size_t workers_for(const Execution& execution);

// Tasks that may be stopped beside them. A stop mostly waits for a process that takes its time to end: many may, where
// few may be made. 0: they count as all calls do, one by one.
std::size_t stops_for(const Execution& execution);

struct Workers {
  std::size_t calls, stops;  // as above
  // What may be begun beside `all` calls that are under way, of which `stopping` stop tasks.
  [[nodiscard]] DeploymentRun::Room left(std::size_t all, std::size_t stopping) const;
};

}  // namespace infra
