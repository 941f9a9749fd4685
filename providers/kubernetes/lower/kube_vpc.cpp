#include "providers/kubernetes/lower/kube_lower.h"

namespace infra::kubernetes {

// A label of its clusters' namespaces, and what their network policies let in.
Lowered lower_vpc(const Lowering& /*lowering*/) { return {}; }

}  // namespace infra::kubernetes
