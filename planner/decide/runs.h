// Runs of jobs: objects that are over once they have ended. What counts is what the record says of their end, not
// whether the platform still has them.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "state/state.h"

namespace infra {

// A type whose objects run once: "job_run" of container engines, "kube_job" of Kubernetes.
bool runs_once(std::string_view type);

// Scheduled runs are parts with numbers: "job.backup/1764385200", the seconds of their time since 1970.
std::optional<std::int64_t> time_of_run(const Address& address);

// How a recorded run ended; nullopt: of other types, of one that hasn't ended as far as is recorded.
std::optional<std::int64_t> recorded_exit(const RecordedResource& row);

}  // namespace infra
