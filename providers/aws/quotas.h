// How much an account may have of what stacks need, and how much of it there is: for `infra doctor`.
#pragma once
#include <vector>

#include "providers/aws/type.h"
#include "providers/checkup.h"

namespace infra::aws {

// A line for each quota that can be read; what is used up is no good. Nothing of it is needed: who may not look is
// told.
std::vector<Check> quota_checks(Account& account);

}  // namespace infra::aws
