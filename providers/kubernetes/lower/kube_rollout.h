// How a new version replaces the old one, in whole copies where their number is known: in percent Kubernetes rounds
// the other way than ECS does.
#pragma once
#include "providers/kubernetes/lower/kube_lower.h"

namespace infra::kubernetes {

// `strategy` of a Deployment, `updateStrategy` of a DaemonSet.
Map strategy_of(const Resource& service);
// How many pods a drained node may take at once; null: the service has but one, or runs on each node.
Value unavailable_while_drained(const Resource& service);

}  // namespace infra::kubernetes
