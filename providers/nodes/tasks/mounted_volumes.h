// The volumes of a task while its containers come up. One that lives as long as the task belongs to the first container
// that mounts it, without a name of its own: it goes with that container, which goes last.
#pragma once
#include <map>
#include <string>

#include "providers/nodes/context.h"

namespace infra::nodes {

class TaskVolumes {
 public:
  // For the engine; `secrets` is the volume of its secret files, or empty.
  [[nodiscard]] List mounts_of(const Value& container, const std::string& secrets) const;
  // After it is made: how the engine has named what it is the first to mount.
  Result<Ok> note(const Context& context, const std::string& id, const Value& container);

 private:
  std::map<std::string, std::string> names_;  // label → the engine's name
};

}  // namespace infra::nodes
