// When a call is made again, and after how long. Pure but for the budget, which all calls of a run share.
#pragma once
#include <atomic>
#include <chrono>

#include "providers/aws/api/fault.h"

namespace infra::aws {

// So that a service that fails isn't asked five times as often by everybody (botocore's retry quota).
class RetryBudget {
 public:
  bool take() noexcept;       // false: used up
  void give_back() noexcept;  // after a success

 private:
  std::atomic<int> left_{500};
};

constexpr int kAttempts = 5;
// Of a call that was taken and not answered in a minute: whoever does so twice is down, or isn't AWS. Five times would
// be minutes without a word.
constexpr int kSilences = 2;

// May a call be made again that may have been done already? Not one that makes a thing without a token by which the
// service would know it again: look for the thing first.
bool repeatable(std::string_view operation, const Value& parameters);
// random(0..1) · min(20 s, 2ⁿ s) before attempt n + 1.
std::chrono::milliseconds backoff(int attempt, double random);

}  // namespace infra::aws
