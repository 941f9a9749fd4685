// The volumes of a task, and what a service that has them is held to.
#pragma once
#include <string>
#include <vector>

#include "providers/engine/service_view.h"

namespace infra::engine {

// What a container mounts: [{ kind: "task" | "named" | "host", path, volume: its label, source: a name or a folder }].
List mounts_of(const Resource& task, const Value& container);

// The names of those that outlive the task. They lie on one node: that is where the task has to run.
std::vector<std::string> named_volumes(const ServiceView& view);

}  // namespace infra::engine
