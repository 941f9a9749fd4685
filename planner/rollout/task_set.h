// The inputs of the type `task_set` (providers/engine/task_type.cpp), read: what a service wants of its tasks. The
// planner makes tasks (type `task`) out of it; providers know tasks only.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/values/value.h"
#include "planner/rollout/deployment.h"
#include "planner/rollout/place.h"
#include "planner/rollout/scale.h"

namespace infra {

inline constexpr std::string_view kTask = "task";
inline constexpr std::string_view kTaskSet = "task_set";
inline constexpr const char* kTaskSetPart = "tasks";  // service.api/tasks

struct TaskSet {
  std::int64_t desired = 1;  // where nothing is noted that a load asked for, if it scales
  std::optional<ScaleRule> scale = {};
  bool daemon = false;
  Percent min{100}, max{200};  // of `desired`
  bool rollback = true;
  bool stop_first = false;  // `replace = destroy_first`
  std::chrono::milliseconds start{120'000}, drain{0};
  std::chrono::milliseconds deadline{0};  // 0: by the number of copies and how long each may take
  Placement place;
  Demand demand;
};
// `inputs` may hold what isn't known yet, but not in what is read here.
TaskSet task_set_of(const Value& inputs);

// Floor, ceiling and breaker for so many copies in the end.
DeployPolicy policy_of(const TaskSet& set, int copies);

// The inputs of one task on a node, without credentials: the set's `task`, the node, and what only holds there.
Value task_inputs_on(const Value& set_inputs, const std::string& node);
// The same with what is no part of a task and still decides how one is made and judged: who signs in to registries, how
// long a copy has to settle. A change of these is no new revision.
Value to_be_made(Value task_inputs, const Value& set_inputs);

// Of what a task is made from, without its node; empty if that isn't known yet.
std::string revision_of(const Value& set_inputs, const HashKey& key);

// Paths of the set's inputs as people know them: "task.containers.web.image" is `image`, or `container.web.image` where
// the task has several containers. Empty: not worth telling (credentials, networks of nodes).
std::string shown_path(std::string_view path, const Value& set_inputs);

}  // namespace infra
