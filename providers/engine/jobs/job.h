// The provider types of jobs: "job_run", one run of a task that is waited for, and "delete_hook", what such a run will
// be made from before a service is deleted.
#pragma once
#include "providers/engine/lowering.h"

namespace infra::engine {

inline constexpr const char* kJobRun = "job_run";
inline constexpr const char* kDeleteHook = "delete_hook";

Schema job_run_type();
Schema delete_hook_type();

}  // namespace infra::engine
