// What `deploy` lets a rollout do.
#pragma once
#include <cstdint>
#include <optional>

#include "compiler/checks/services/check_use.h"

namespace infra::checks {

struct Limits {
  double min = 100;  // percent of the wanted copies
  double max = 200;
  bool known = true;
};
// A daemon's copy stops before the next starts, unless its `deploy` says otherwise.
Limits limits_of(const Use& use);

std::int64_t floor_of(const Limits& limits, std::int64_t copies);  // so many stay
std::int64_t cap_of(const Limits& limits, std::int64_t copies);    // so many may run

// May one of so many copies stop before another has started? True where that isn't known.
bool may_stop(const Use& use, std::int64_t copies);

}  // namespace infra::checks
