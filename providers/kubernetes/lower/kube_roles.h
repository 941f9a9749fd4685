// Which of a task's containers run when. Kubernetes has no `after`: what comes before is an init container, which ends
// (succeeded) or goes on beside the others (healthy: a sidecar, restartPolicy Always, from version 1.29 on).
#pragma once
#include <string>
#include <vector>

#include "base/values/value.h"

namespace infra::kubernetes {

enum class Role { main, once, sidecar };

struct Turn {
  std::string label;
  Role role = Role::main;
  bool waited_for_health = false;
};
// Each after those that it waits for, else by label. In a job what isn't essential is a sidecar: a Job of Kubernetes
// ends when all of its containers have.
std::vector<Turn> turns_of(const Map& containers, bool job);

}  // namespace infra::kubernetes
