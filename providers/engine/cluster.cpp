#include "providers/engine/lowering.h"

namespace infra::engine {

// The cluster is the platform's nodes; services read its VPC and its labels.
Lowered lower_cluster(const Lowering&) { return {}; }

}  // namespace infra::engine
