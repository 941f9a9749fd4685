// In which order the containers of a task start.
#pragma once
#include <string>
#include <vector>

#include "base/values/value.h"

namespace infra::nodes {

// Labels, each after those that its `after` names; ties by label. `containers` is the task's Map.
std::vector<std::string> start_order(const Value& containers);

// What the others wait for of this container: "completed", "succeeded", "healthy", "started", or "" if none does. The
// strictest of several.
std::string awaited_of(const Value& containers, const std::string& label);

}  // namespace infra::nodes
