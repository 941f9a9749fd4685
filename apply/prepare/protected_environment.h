// `env prod { protect = true }`.
#pragma once
#include <optional>

#include "base/result.h"
#include "compiler/compile.h"
#include "planner/plan.h"

namespace infra {

// E0702 if the environment is protected and the plan would destroy or replace declarations; it names them. Containers
// that a service replaces one after the other, or no longer wants, are no loss: the service stays.
std::optional<Error> refuse_protected(const ChosenEnvironment& environment, const Plan& plan);

}  // namespace infra
