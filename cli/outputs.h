// The outputs that the state records, for people and for scripts.
#pragma once
#include <string>

#include "base/result.h"
#include "state/state.h"

namespace infra::cli {

// "name = value" lines, aligned. A secret is ***: the state holds a keyed hash of it, never its text.
Result<std::string> outputs_text(const Snapshot& state);
// {"name": value, …} in plain JSON, a secret as "***".
Result<std::string> outputs_json(const Snapshot& state);
// One value: a string without quotes, for $(infra output url).
Result<std::string> output_text(const RecordedOutput& output);
Result<std::string> output_json(const RecordedOutput& output);

}  // namespace infra::cli
