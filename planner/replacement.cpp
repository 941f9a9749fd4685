// Whose replacement can't go as its platform would like: who uses what must be destroyed first must be destroyed
// before that.
#include <algorithm>

#include "planner/draft.h"
#include "planner/reasons.h"

namespace infra {
namespace {

// The first thing that the slot used and will use again, and that is destroyed before it is made anew.
std::optional<std::size_t> in_the_way(const Draft& draft, const Slot& slot, const std::vector<bool>& owners) {
  for (const auto& needed : slot.want->depends_on) {
    const auto owner = draft.slots.find_owner(needed);
    if (!owner || !owners[*owner]) continue;
    const auto& used = slot.row->depends_on;
    const bool uses =
        std::any_of(used.begin(), used.end(), [&](const Address& a) { return a.owner() == needed.owner(); });
    if (!uses) continue;
    const auto [begin, end] = draft.slots.range(needed);
    for (auto other = begin; other < end; ++other) {
      if (draft.destroys_first(other)) return other;
    }
  }
  return std::nullopt;
}

}  // namespace

void settle_order_of_replacement(Draft& draft) {
  std::vector<bool> owners(draft.slots.owners.size(), false);  // those with a part that is destroyed first
  for (const auto resource : draft.input.desired.order) {
    const auto index = draft.slots.of_desired()[resource];
    const auto& slot = draft.slots.all[index];
    auto& entry = draft.current[index];
    const bool replaced = entry.planned && (entry.moved || entry.change.action == Action::replace);
    const bool rolls = entry.planned && entry.set && entry.change.action == Action::update;
    if ((!replaced && !rolls) || slot.row == nullptr) continue;
    if (const auto other = in_the_way(draft, slot, owners)) {
      if (rolls) {  // its tasks can't roll: all go, then all come
        entry.change.action = Action::replace;
        entry.change.reasons.push_back(reasons::must_go_first(draft.slots.all[*other].address->owner().text()));
      }
      if (entry.change.create_first) {
        entry.change.create_first = false;
        entry.change.reasons.push_back(reasons::must_go_first(draft.slots.all[*other].address->owner().text()));
      }
    }
    if (draft.destroys_first(index)) owners[slot.owner] = true;
  }
}

}  // namespace infra
