// What runs before services are deleted, out of the records of hooks.
#pragma once
#include <vector>

#include "base/result.h"
#include "base/secrets/keyring.h"
#include "base/secrets/redactor.h"
#include "planner/planner.h"
#include "state/state.h"

namespace infra {

// Of the hooks that are recorded and no longer declared; in a destroy of all.
Result<std::vector<LastRun>> last_runs(const Snapshot& state, const LoweredGraph& declared, bool destroy,
                                       Keyring& keys);

// No output shows their secrets. True: they hold any.
bool hide_last_runs(const std::vector<LastRun>& runs, Redactor& redactor);

}  // namespace infra
