// Certificates are renewed by a change of their input `renews`: when the one expires that is replaced.
#pragma once
#include "base/text/rfc3339.h"
#include "planner/planner.h"
#include "state/state.h"

namespace infra {

// Lets declared certificates ask to be renewed whose life is over but for a third. The others ask for what they did.
void renew_certificates(LoweredGraph& declared, const Snapshot& state, UtcMoment now);

}  // namespace infra
