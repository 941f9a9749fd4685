// The provider type "job_run": one run of a task that is waited for.
#pragma once
#include "providers/engine/lowering.h"

namespace infra::engine {

inline constexpr const char* kJobRun = "job_run";

Schema job_run_type();

}  // namespace infra::engine
