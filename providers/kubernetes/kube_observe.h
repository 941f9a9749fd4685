// What of the world is this stack's, and what somebody else did to it.
#pragma once
#include <vector>

#include "providers/kubernetes/objects/objects.h"
#include "providers/provider.h"

namespace infra::kubernetes {

// Lists every type, in pages; what is recorded and not listed is looked at by itself. What the record says was applied
// is held against the fields that the server says are ours: no object is compared with another, and none is asked for
// twice.
Result<Observation> observe_cluster(Cluster& cluster, const std::vector<KnownObject>& known);

}  // namespace infra::kubernetes
