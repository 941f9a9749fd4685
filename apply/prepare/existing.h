// What a stack refers to and doesn't own is read from its platform before anything is planned.
#pragma once
#include <vector>

#include "apply/prepare/world_view.h"

namespace infra {

struct ExistingReport {
  ExistingValues values;  // of those that were found
  Diagnostics diagnostics;
  std::vector<Error> errors;  // a platform that doesn't answer
};

// Reads what `lowered.sought` names. E0716 if it isn't there, or isn't what its block says.
ExistingReport read_existing(const LoweredGraph& lowered, const Platforms& platforms, const Providers& providers);

}  // namespace infra
