// Before anything is compared: what is recorded under the address that a declaration had before is put under the one
// that it has now, and what was observed is put where its record is.
#pragma once
#include <string>
#include <vector>

#include "compiler/graph.h"
#include "planner/plan.h"
#include "providers/provider.h"
#include "state/state.h"

namespace infra {

struct MoveReport {
  std::vector<Moved> moved;                 // sorted by the new address, then id
  std::vector<RecordedResource> rewritten;  // every row that says something else now: those, and those that need them
  // Of services: the name before, and the record under the new one.
  std::vector<std::pair<std::string, RecordedDeployment>> deployments;
  Diagnostics diagnostics;  // E0713
};

// Changes `state`, and where in `observed` a part of the world is silent about what has moved.
MoveReport move_recorded(const std::vector<Move>& moves, Snapshot& state, Observation& observed);

// An object's label says what it was made as, and can't be changed on every platform; the record of its id says what it
// is. An object that no record knows keeps the address of its label.
void put_where_recorded(const Snapshot& state, Observation& observed);

}  // namespace infra
