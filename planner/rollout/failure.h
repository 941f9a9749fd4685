// When a copy has failed, and how that is said.
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "planner/rollout/next_moves.h"

namespace infra {

// "40 s", "12 min", "1 min 30 s"
std::string time_text(std::chrono::milliseconds time);

// Nothing if it is healthy, is going, or may still become healthy. `kept`: it was there before the deployment, so a
// restart by its engine is no failure yet. Who plans asks the same: a copy that has failed is no copy to keep.
std::optional<std::string> failure_of(const SeenTask& task, bool kept, const DeployPolicy& policy, Moment now);

// When a copy that is starting has taken too long; nothing if that isn't known or it isn't starting.
std::optional<Moment> start_ends(const SeenTask& task, const DeployPolicy& policy);

}  // namespace infra
