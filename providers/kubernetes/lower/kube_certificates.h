// The certificate of an https listener as a Secret of type kubernetes.io/tls.
#pragma once
#include "providers/kubernetes/lower/kube_lower.h"

namespace infra::kubernetes {

// The Secret's name; null if the listener states none: the controller then has its own. The Secret, a part of
// lowering.resource, is added to `out`. E0416 if it isn't PEM with certificate and key.
Value certificate_of(const Lowering& lowering, const Resource& listener, const Resource& cluster, Lowered& out);

}  // namespace infra::kubernetes
