// What the state gets of a deployment's tasks and of its set, besides what came of calls.
#pragma once
#include <vector>

#include "apply/deployments/live_tasks.h"
#include "apply/execute/ledger.h"
#include "planner/planner.h"

namespace infra {

struct DeploymentRows {
  const Change& change;
  const Deployment& deployment;
  const Value& want;  // inputs of the set, wholly known
  Ledger& ledger;
  const LiveTasks& tasks;

  // The set's row. Until it is `done` it says that nothing of it runs.
  [[nodiscard]] RecordedResource set(bool done) const;
  // What is held keeps its row, but for where its tasks are.
  [[nodiscard]] std::vector<Mutation> moved() const;
  // While a deployment is under way its set uses what the old tasks need and what the new ones do. Whoever goes on
  // after a kill, perhaps with other files, removes neither from under a task.
  [[nodiscard]] std::vector<Mutation> uses_of_both() const;
  // Recorded tasks that nobody saw, and whose nodes answer. `planned`: before it was narrowed to a step.
  [[nodiscard]] std::vector<Mutation> gone(const Deployment& planned) const;
  // Tasks of ours that no record knows, and that are what is wanted. `blank`: of a task that is made.
  [[nodiscard]] std::vector<Mutation> adopted(const Observation& observed, const Intent& blank) const;

 private:
  [[nodiscard]] Value urls() const;
};

}  // namespace infra
