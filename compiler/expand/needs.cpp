#include "compiler/expand/needs.h"

#include <algorithm>
#include <unordered_set>

namespace infra {
namespace {

template <class T>
void sort_and_unite(std::vector<T>& all) {
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

// Loops add the same again at each turn.
template <class T>
void tidy(std::vector<T>& all, std::size_t& at) {
  if (all.size() < at) return;
  sort_and_unite(all);
  at = std::max(at, 2 * all.size());
}

}  // namespace

void Needs::add(Address address) {
  tidy(own_, tidy_own_);
  own_.push_back(std::move(address));
}

void Needs::add(const Needs& other) {
  if (&other == this || (other.own_.empty() && other.through_.empty())) return;
  if (!through_.empty() && through_.back() == &other) return;
  tidy(through_, tidy_through_);
  through_.push_back(&other);
}

std::vector<Address> Needs::all() const {
  if (own_.empty() && through_.empty()) return {};
  std::vector<Address> out;
  std::unordered_set<const Needs*> met{this};
  std::vector<const Needs*> ahead{this};
  while (!ahead.empty()) {
    const auto* here = ahead.back();
    ahead.pop_back();
    out.insert(out.end(), here->own_.begin(), here->own_.end());
    for (const auto* next : here->through_) {
      if (met.insert(next).second) ahead.push_back(next);
    }
  }
  sort_and_unite(out);
  return out;
}

}  // namespace infra
