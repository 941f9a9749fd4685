#include "apply/execute/step_schedule.h"

#include <algorithm>

namespace infra {

Schedule::Schedule(const std::vector<Step>& steps)
    : states_(steps.size(), State::waiting), waits_for_(steps.size(), 0), dependents_(steps.size()) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    waits_for_[i] = steps[i].after.size();
    for (const auto before : steps[i].after) dependents_[before].push_back(i);
    if (steps[i].after.empty()) ready_.push(i);
  }
}

std::optional<std::size_t> Schedule::next() {
  if (ready_.empty()) return std::nullopt;
  const auto step = ready_.top();
  ready_.pop();
  states_[step] = State::started;
  return step;
}

void Schedule::succeed(std::size_t step) {
  for (const auto dependent : dependents_[step]) {
    if (--waits_for_[dependent] == 0) ready_.push(dependent);
  }
}

std::vector<std::size_t> Schedule::fail(std::size_t step) {
  std::vector<std::size_t> skipped;
  std::vector<std::size_t> open{step};
  while (!open.empty()) {
    const auto at = open.back();
    open.pop_back();
    for (const auto dependent : dependents_[at]) {
      if (states_[dependent] != State::waiting) continue;
      states_[dependent] = State::skipped;
      skipped.push_back(dependent);
      open.push_back(dependent);
    }
  }
  std::sort(skipped.begin(), skipped.end());
  return skipped;
}

std::vector<std::size_t> Schedule::untouched() const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    if (states_[i] == State::waiting) out.push_back(i);
  }
  return out;
}

}  // namespace infra
