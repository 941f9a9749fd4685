#include "providers/aws/api/retry.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace infra::aws {

namespace {

constexpr int kCost = 5;
constexpr int kFull = 500;

constexpr std::array<std::string_view, 5> kMaking = {"Create", "Run", "Allocate", "Register", "Import"};
constexpr std::array<std::string_view, 4> kTokens = {"ClientToken", "clientToken", "ClientRequestToken",
                                                     "clientRequestToken"};
// These put a thing under a name or a target: a second call finds the first one's.
constexpr std::array<std::string_view, 2> kSettled = {"RegisterScalableTarget", "RegisterTargets"};

}  // namespace

bool RetryBudget::take() noexcept {
  int left = left_.load();
  while (left >= kCost) {
    if (left_.compare_exchange_weak(left, left - kCost)) return true;
  }
  return false;
}

void RetryBudget::give_back() noexcept {
  int left = left_.load();
  while (left < kFull && !left_.compare_exchange_weak(left, left + 1)) {
  }
}

bool repeatable(std::string_view operation, const Value& parameters) {
  if (std::find(kSettled.begin(), kSettled.end(), operation) != kSettled.end()) return true;
  const bool makes =
      std::any_of(kMaking.begin(), kMaking.end(), [&](std::string_view verb) { return operation.starts_with(verb); });
  if (!makes) return true;
  return std::any_of(kTokens.begin(), kTokens.end(),
                     [&](std::string_view token) { return !parameters[token].is_null(); });
}

std::chrono::milliseconds backoff(int attempt, double random) {
  const double seconds = std::min(20.0, std::pow(2.0, attempt));
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000 * random));
}

}  // namespace infra::aws
