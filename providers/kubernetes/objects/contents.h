// What a namespace holds that isn't the stack's: to delete it would delete that as well.
#pragma once
#include <string>
#include <vector>

#include "providers/kubernetes/objects/objects.h"

namespace infra::kubernetes {

// "persistentvolumeclaims/data", sorted; at most ten. What Kubernetes puts into every namespace doesn't count, nor what
// belongs to another object.
Result<std::vector<std::string>> foreign_contents(Cluster& cluster, const std::string& space);

}  // namespace infra::kubernetes
