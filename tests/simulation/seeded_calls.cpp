#include "tests/simulation/seeded_calls.h"

namespace infra::test {

// At least one when the caller is willing to wait, or it would turn for ever.
std::vector<CallReport> SeededCalls::take(std::chrono::milliseconds wait) {
  std::vector<CallReport> out;
  if (pending_.empty()) return out;
  const std::size_t least = wait.count() > 0 ? 1 : 0;
  const std::size_t count = least + dice_() % (pending_.size() + 1 - least);
  for (std::size_t i = 0; i < count; ++i) {
    const auto at = static_cast<std::ptrdiff_t>(dice_() % pending_.size());
    const auto call = std::move(pending_[static_cast<std::size_t>(at)]);
    pending_.erase(pending_.begin() + at);
    out.emplace_back(carry_out(call, cancel_, {}));
  }
  return out;
}

}  // namespace infra::test
