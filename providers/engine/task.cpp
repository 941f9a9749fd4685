#include "providers/engine/lowering.h"

namespace infra::engine {

// A task is what its services run; alone it is nothing in the world. What can be wrong with it the compiler has said.
Lowered lower_task(const Lowering&) { return {}; }

}  // namespace infra::engine
