// Which names may have been meant by one that there isn't.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace infra {

// Finds those of many names that are at most a third of a name's letters away from it.
class Likeness {
 public:
  explicit Likeness(std::string_view name);
  void offer(std::string_view candidate);
  // Of what was offered what is near: the nearest first, then by name.
  [[nodiscard]] std::vector<std::string> nearest() const;

 private:
  std::size_t distance(std::string_view other, std::size_t most);

  std::string_view name_;  // empty: nothing is like it
  std::vector<std::pair<std::size_t, std::string>> near_;
  std::vector<std::size_t> before_, row_, next_;
};

// Among more than this nothing is looked for: each message would cost a walk through all of them.
constexpr std::size_t kMostCandidates = 1000;

// The nearest of `candidates` to `name` (at most a third of its letters away), or "".
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace infra
