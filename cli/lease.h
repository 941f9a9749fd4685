// Waiting for a lease, as the command line asks for it.
#pragma once
#include "apply/lease.h"
#include "cli/console.h"
#include "cli/options.h"

namespace infra::cli {

// See apply/lease.h; says who is waited for. A Ctrl-C ends the process, and with it the lease.
Result<LeasedRun> lease(const Console& console, const Session& session, const PlanRequest& request,
                        const RunOptions& run, Prepared first);

}  // namespace infra::cli
