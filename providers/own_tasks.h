// Tasks that a platform keeps by itself, which are no objects of the stack: those of an ECS service. For `infra ps`;
// where tasks are objects, they are in what is observed.
#pragma once
#include "base/result.h"
#include "providers/provider.h"

namespace infra {

class HasOwnTasks {
 public:
  virtual ~HasOwnTasks() = default;
  // As objects of the type "task", with outputs `node` and `address` as far as they are known.
  virtual Result<std::vector<ObservedObject>> own_tasks() = 0;
};

}  // namespace infra
