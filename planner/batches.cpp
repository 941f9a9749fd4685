#include "planner/batches.h"

#include <algorithm>
#include <map>

namespace infra {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Numbers inside a name count as numbers.
bool natural_less(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      auto number = [](std::string_view& text) {
        const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
        auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
        text.remove_prefix(digits.size());
        digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
        return digits;
      };
      const auto x = number(a);
      const auto y = number(b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else {
      if (a.front() != b.front()) return a.front() < b.front();
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  return a.size() < b.size();
}

class Turns {
 public:
  Turns(const Draft& draft, const std::vector<std::size_t>& members) : draft_(draft), members_(members) {
    for (const auto slot : members) head_[slot] = slot;
  }

  std::vector<Turn> find() {
    for (const auto slot : members_) {
      for (const auto& needed : draft_.slots.all[slot].want->depends_on) {
        const auto other = needed.is_owner() ? std::nullopt : draft_.slots.find(needed);
        if (other && head_.contains(*other)) join(slot, *other);
      }
    }
    std::map<std::size_t, Turn> turns;
    for (const auto slot : members_) turns[head(slot)].push_back(slot);
    std::vector<Turn> out;
    for (auto& [first, turn] : turns) out.push_back(std::move(turn));
    std::stable_sort(out.begin(), out.end(),
                     [&](const Turn& a, const Turn& b) { return natural_less(part(a.front()), part(b.front())); });
    return out;
  }

 private:
  std::size_t head(std::size_t slot) {
    while (head_[slot] != slot) slot = head_[slot] = head_[head_[slot]];
    return slot;
  }
  void join(std::size_t a, std::size_t b) {
    const auto x = head(a);
    const auto y = head(b);
    head_[std::max(x, y)] = std::min(x, y);
  }
  [[nodiscard]] std::string_view part(std::size_t slot) const { return draft_.slots.all[slot].address->part; }

  const Draft& draft_;
  const std::vector<std::size_t>& members_;
  std::map<std::size_t, std::size_t> head_;
};

}  // namespace

std::vector<std::vector<Turn>> find_turns(const Draft& draft) {
  std::vector<std::vector<Turn>> out;
  for (const auto& owner : draft.slots.owners) {
    std::map<std::string_view, std::vector<std::size_t>> batches;
    for (auto slot = owner.begin; slot < owner.end; ++slot) {
      if (draft.current[slot].chained) batches[draft.slots.all[slot].want->batch].push_back(slot);
    }
    for (const auto& [batch, members] : batches) {
      if (members.size() > 1) out.push_back(Turns(draft, members).find());
    }
  }
  return out;
}

}  // namespace infra
