// A container that somebody else started, as a task of one container: for imports, and for imported tasks that are
// known.
#pragma once
#include <optional>

#include "providers/nodes/found.h"

namespace infra::nodes {

// nullopt: this engine has none of that name. `wanted`: the inputs of a task of one container, without its node.
Result<std::optional<FoundObject>> find_task(Engine& engine, const std::string& id, const Value& wanted,
                                             const std::string& host);

// A known task (by its record) whose container carries no labels of ours; `seen`: its container.
ObservedObject imported_task(const ObservedObject& seen, const Value& inputs, const std::string& node,
                             const std::string& host);

}  // namespace infra::nodes
