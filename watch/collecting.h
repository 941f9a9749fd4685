// Lifecycles of repositories on platforms without a registry service of their own (container engines): once a day a
// loop deletes what they let go.
#pragma once
#include <string>
#include <vector>

#include "apply/session.h"

namespace infra {

// After a pass that had nothing to do. Does nothing if no repository has a lifecycle, or if a loop has done it within
// the last day, which the state knows: of several loops one does it. What was deleted, and what went wrong, as
// sentences.
std::vector<std::string> collect_daily(const Session& session, const Prepared& prepared, const Cancel& cancel);

}  // namespace infra
