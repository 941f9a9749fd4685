// `scale` of services on platforms that don't scale themselves (container engines): before each pass their load is
// measured, and what it asks for is noted; the pass then starts or stops tasks as for any other change.
#pragma once
#include <string>
#include <vector>

#include "apply/session.h"

namespace infra {

struct ScalingReport {
  // Empty: no service scales, nothing is to be changed, or its last change is younger than its cooldown.
  std::vector<Noting> changes;
  // Which services stay as they are since they can't be measured, and why: in the same words while that lasts.
  std::vector<std::string> held;
};

// Of what is recorded and runs. Takes a second or two where a service scales, and asks no engine where none does.
// `home` keeps what was counted at the last look.
Result<ScalingReport> scale_by_load(const Prepared& prepared, const std::string& home);

}  // namespace infra
