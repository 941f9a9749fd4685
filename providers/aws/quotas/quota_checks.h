// How much an account may have of what a stack declares, how much of it there is, and how much more the stack needs:
// for `infra doctor`.
#pragma once
#include <vector>

#include "providers/aws/aws_type.h"
#include "providers/checkup.h"

namespace infra::aws {

// A line for each quota that the stack's objects count toward, and one for each place in which it isn't enough. A quota
// that can't be read, or is used up without being needed, only limits what can be done.
std::vector<Check> quota_checks(Account& account, const std::vector<DeclaredObject>& declared);

}  // namespace infra::aws
