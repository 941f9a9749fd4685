// A circuit breaker for runs that nobody watches: a plan that takes away too much at once is refused.
#pragma once
#include <optional>
#include <string>

#include "planner/plan.h"
#include "state/state.h"

namespace infra {

struct DestroyLimit {
  int percent = 25;  // of the recorded declarations, where there are at least four; 100: no limit at all
};

// "3 of 8 resources would be destroyed: service.a, …"; nullopt if the plan keeps to the limit. All of them is too much
// at any number. What is replaced, orphaned or moved isn't destroyed.
std::optional<std::string> destroys_too_much(const Plan& plan, const Snapshot& state, const DestroyLimit& limit);

}  // namespace infra
