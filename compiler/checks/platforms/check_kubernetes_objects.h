// A part of the check `kubernetes`: what Kubernetes has no place for, or takes in another form (E0206, E0416, E0417).
#pragma once
#include "compiler/checks/check_input.h"

namespace infra::checks {

void check_objects(const CheckInput& input, Diagnostics& diagnostics);

}  // namespace infra::checks
