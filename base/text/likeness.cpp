#include "base/text/likeness.h"

#include <algorithm>
#include <numeric>

namespace infra {
namespace {

constexpr std::size_t kLongestName = 128;  // longer ones are texts, in which nobody mistypes a third of the letters

std::size_t allowed(std::string_view name) { return std::max<std::size_t>(1, name.size() / 3); }

}  // namespace

Likeness::Likeness(std::string_view name) : name_(name) {
  if (name.size() < 2 || name.size() > kLongestName) name_ = {};  // one wrong letter of one is no likeness
}

// Insertions, deletions, changes, and two neighbours swapped: what fingers do. More than `most` if it is more.
std::size_t Likeness::distance(std::string_view other, std::size_t most) {
  before_.resize(other.size() + 1);
  row_.resize(other.size() + 1);
  next_.resize(other.size() + 1);
  std::iota(row_.begin(), row_.end(), std::size_t{0});
  for (std::size_t i = 1; i <= name_.size(); ++i) {
    next_[0] = i;
    std::size_t least = i;
    for (std::size_t j = 1; j <= other.size(); ++j) {
      next_[j] = std::min({row_[j - 1] + (name_[i - 1] == other[j - 1] ? 0 : 1), row_[j] + 1, next_[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && name_[i - 1] == other[j - 2] && name_[i - 2] == other[j - 1];
      if (swapped) next_[j] = std::min(next_[j], before_[j - 2] + 1);
      least = std::min(least, next_[j]);
    }
    if (least > most + 1) return most + 1;  // a swap can take back one
    std::swap(before_, row_);
    std::swap(row_, next_);
  }
  return row_[other.size()];
}

void Likeness::offer(std::string_view candidate) {
  if (name_.empty()) return;
  const std::size_t most = allowed(name_);
  if (candidate.size() > name_.size() + most || name_.size() > candidate.size() + most) return;
  const auto found = distance(candidate, most);
  if (found <= most) near_.push_back({found, std::string(candidate)});
}

std::vector<std::string> Likeness::nearest() const {
  auto near = near_;
  std::sort(near.begin(), near.end());
  std::vector<std::string> out;
  for (auto& [distance, name] : near) {
    if (out.empty() || out.back() != name) out.push_back(std::move(name));
  }
  return out;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates) {
  if (candidates.size() > kMostCandidates) return "";
  Likeness likeness(name);
  for (const auto& candidate : candidates) likeness.offer(candidate);
  auto near = likeness.nearest();
  return near.empty() ? "" : std::move(near.front());
}

}  // namespace infra
