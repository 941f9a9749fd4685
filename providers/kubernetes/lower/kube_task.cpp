#include "providers/kubernetes/lower/kube_lower.h"

namespace infra::kubernetes {

// A task is the pod template of the services and jobs that run it; alone it is nothing in the cluster.
Lowered lower_task(const Lowering& /*lowering*/) { return {}; }

}  // namespace infra::kubernetes
