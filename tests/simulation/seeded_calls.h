// Providers' calls without threads: carried out one after the other, in an order that a seed decides, on the caller's
// own thread. One seed, one history.
#pragma once
#include <random>

#include "apply/execute/worker_pool.h"

namespace infra::test {

class SeededCalls : public CallRunner {
 public:
  SeededCalls(std::mt19937_64& dice, const Cancel& cancel) : dice_(dice), cancel_(cancel) {}
  void start(ProviderCall call) override { pending_.push_back(std::move(call)); }
  std::vector<CallReport> take(std::chrono::milliseconds wait) override;

 private:
  std::mt19937_64& dice_;
  const Cancel& cancel_;
  std::vector<ProviderCall> pending_;
};

}  // namespace infra::test
