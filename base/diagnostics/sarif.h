// Diagnostics in the form that code hosts and editors read: SARIF 2.1.0 (OASIS).
#pragma once
#include <string>

#include "base/diagnostics/diagnostic.h"

namespace infra {

// One run with every message: its labels as related locations, its edits as fixes. `version` is the program's.
std::string render_sarif(const Diagnostics& diagnostics, const SourceMap& sources, const std::string& version);

}  // namespace infra
