// The pod template of a service or job.
#pragma once
#include "providers/kubernetes/lower/kube_secrets.h"

namespace infra::kubernetes {

// { metadata, spec } of lowering.resource, which runs `task`. The Secrets that it needs are added to `out`.
Map pod_template(const Lowering& lowering, const Resource& cluster, const Resource& task, Lowered& out);

}  // namespace infra::kubernetes
