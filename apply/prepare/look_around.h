// What runs now, as far as the state knows of it: without the stack's files, so that it answers whatever they say.
#pragma once
#include <vector>

#include "apply/session.h"

namespace infra {

struct Surroundings {
  Snapshot state;
  Observation observed;
  std::vector<Error> errors;  // of platforms that can't be opened or looked at
};

// Opens the recorded platforms and looks at them once. An Error: the state can't be read.
Result<Surroundings> look_around(const Session& session);

}  // namespace infra
