#include "providers/kubernetes/lower/kube_lower.h"

namespace infra::kubernetes {

// A port of its load balancer's Service or Ingress.
Lowered lower_listener(const Lowering& /*lowering*/) { return {}; }

}  // namespace infra::kubernetes
