#include "cli/wait_for_lease.h"

namespace infra::cli {

LeaseWish lease_wish(const Console& console, const RunOptions& run) {
  return {.timeout = run.lock_timeout,
          .waiting = [&console](const std::string& who) { console.note("Waiting: " + who); }};
}

}  // namespace infra::cli
