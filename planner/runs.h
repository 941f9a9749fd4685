// Runs of jobs: objects that are over once they have ended. What counts is what the record says of their end, not
// whether the platform still has them.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "state/state.h"

namespace infra {

// A type whose objects run once: "job_run" of container engines.
bool runs_once(std::string_view type);

// How a recorded run ended; nullopt: of other types, of one that hasn't ended as far as is recorded.
std::optional<std::int64_t> recorded_exit(const RecordedResource& row);

}  // namespace infra
