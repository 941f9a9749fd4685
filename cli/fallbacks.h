// A run that isn't given the params of the last apply: a destroy takes them from the record, every other says what
// falls back.
#pragma once
#include "apply/session.h"
#include "cli/terminal/console.h"
#include "workspace/last_params.h"

namespace infra::cli {

// The last apply's; before a destroy they are the session's where it was given none.
Result<LastParams> recall_params(Session& session, bool destroy);
// On stderr.
void show_fallbacks(const Console& console, const LastParams& last, const Session& session, const Prepared& prepared);

}  // namespace infra::cli
