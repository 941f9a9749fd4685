#include "providers/engine/lowering.h"

namespace infra::engine {

// An engine has no object for a VPC: its subnets are the networks, and engines isolate networks from each other.
Lowered lower_vpc(const Lowering&) { return {}; }

}  // namespace infra::engine
