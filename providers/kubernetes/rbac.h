// The least that whoever applies a stack must be allowed, as roles of RBAC.
#pragma once
#include <string>
#include <vector>

#include "base/values/resource.h"

namespace infra::kubernetes {

// YAML for `kubectl apply -f`: a ClusterRole for namespaces that the stack makes and for what is in them (a Role can't
// stand in a namespace that isn't there yet), and a Role in each namespace that is there already. Empty without
// objects.
std::string roles_of(const std::string& stack, const std::vector<const LoweredResource*>& resources);

}  // namespace infra::kubernetes
