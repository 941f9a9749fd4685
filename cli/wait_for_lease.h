// Waiting for a lease, as the command line asks for it.
#pragma once
#include "apply/lease.h"
#include "cli/shared_options.h"
#include "cli/terminal/console.h"

namespace infra::cli {

// Says who is waited for. A Ctrl-C ends the process, and with it the lease.
LeaseWish lease_wish(const Console& console, const RunOptions& run);

}  // namespace infra::cli
