// The least that whoever applies a stack must be allowed, as a policy of IAM.
#pragma once
#include <string>
#include <vector>

#include "base/values/resource.h"

namespace infra::aws {

// JSON, indented. What changes is allowed for the types of `resources` alone; what looks, for all types, as a run looks
// for what a killed one may have left. Roles only below the path that this stack's have. `region` tells the partition.
std::string policy_of(const std::string& stack, const std::string& region,
                      const std::vector<const LoweredResource*>& resources);

}  // namespace infra::aws
