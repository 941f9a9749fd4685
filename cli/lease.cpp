#include "cli/lease.h"

namespace infra::cli {

Result<LeasedRun> lease(const Console& console, const Session& session, const PlanRequest& request,
                        const RunOptions& run, Prepared first) {
  const LeaseWish wish{.timeout = run.lock_timeout,
                       .waiting = [&](const std::string& who) { console.note("Waiting: " + who); }};
  return lease_and_prepare(session, request, wish, Cancel(), std::move(first));
}

}  // namespace infra::cli
