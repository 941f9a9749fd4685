// Which step may start now: the order of a plan while it is executed. Plain bookkeeping without threads.
#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

#include "planner/plan.h"

namespace infra {

class Schedule {
 public:
  explicit Schedule(const std::vector<Step>& steps);

  // The first step, in the plan's order, that everything it waits for is done for.
  std::optional<std::size_t> next();
  [[nodiscard]] bool has_ready() const { return !ready_.empty(); }
  void succeed(std::size_t step);
  // Returns the steps that can't start any more because of it, in the plan's order.
  std::vector<std::size_t> fail(std::size_t step);
  // Steps that were neither handed out by next() nor skipped by fail().
  [[nodiscard]] std::vector<std::size_t> untouched() const;

 private:
  enum class State : char { waiting, started, skipped };
  std::vector<State> states_;
  std::vector<std::size_t> waits_for_;                // how many are still to succeed
  std::vector<std::vector<std::size_t>> dependents_;  // by step
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready_;
};

}  // namespace infra
