#include <algorithm>

#include "planner/rollout/next_moves.h"

namespace infra {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kFirst = 15s;
constexpr std::chrono::milliseconds kLongest = 5min;
// Who ran so long after a failure has a clean slate.
constexpr std::chrono::milliseconds kForgotten = 10min;

std::chrono::milliseconds wait_after(int failures) {
  auto wait = kFirst;
  for (int i = 1; i < failures && wait < kLongest; ++i) wait *= 2;
  return std::min(wait, kLongest);
}

}  // namespace

void note_failure(DeploymentRecord& record, const Address& address, Moment now) {
  ++record.failures;
  std::erase_if(record.back_off, [&](const auto& b) { return b.until + kForgotten < now; });
  auto at = std::lower_bound(record.back_off.begin(), record.back_off.end(), address,
                             [](const auto& b, const Address& a) { return b.address < a; });
  if (at == record.back_off.end() || at->address != address) at = record.back_off.insert(at, {.address = address});
  ++at->failures;
  at->until = now + wait_after(at->failures);
}

void note_healthy(DeploymentRecord& record) { record.failures = 0; }

void note_rollback(DeploymentRecord& record, Moment now) {
  record.status = DeploymentRecord::rolling_back;
  record.failures = 0;
  record.started = now;
}

}  // namespace infra
