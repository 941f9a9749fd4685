// What a run found wrong: diagnostics of the files and errors of the world, as text or as JSON.
#pragma once
#include <string>
#include <vector>

#include "apply/session.h"
#include "base/diagnostics/diagnostic.h"
#include "cli/terminal/console.h"

namespace infra::cli {

// Text goes to stderr. With --json failures go to stdout as {"type": "failure", "diagnostics": […], "errors": […]};
// warnings alone are left to the command's own JSON. Returns whether the run may go on.
bool report(const Console& console, const Diagnostics& diagnostics, const SourceMap& sources,
            const std::vector<Error>& errors);
bool report(const Console& console, const Prepared& prepared);

// `object`, one JSON object, with the diagnostics as a further member; unchanged if there are none.
std::string with_diagnostics(const std::string& object, const Diagnostics& diagnostics, const SourceMap& sources);

}  // namespace infra::cli
