// A load balancer that routes by host and path.
#pragma once
#include "providers/kubernetes/lower/kube_lower.h"

namespace infra::kubernetes {

// The Ingress of lowering.resource in one cluster's namespace, with the Secrets of its listeners' certificates. `body`:
// annotations.
void add_ingress(const Lowering& lowering, const Resource& cluster, Map body, Lowered& out);

}  // namespace infra::kubernetes
