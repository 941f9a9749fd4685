// The last part of every change: the plan is carried out while somebody watches.
#pragma once
#include "apply/session.h"
#include "cli/terminal/console.h"

namespace infra::cli {

// With live progress on a terminal, lines elsewhere, NDJSON with --json; then the outputs. The state is locked already.
// Returns the exit code.
// `last`: no further stage follows, so the stack's outputs are shown.
int execute(const Console& console, const Session& session, Prepared& prepared, bool last = true);

}  // namespace infra::cli
