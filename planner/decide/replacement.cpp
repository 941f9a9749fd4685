// Whose replacement can't go as its platform would like: who uses what must be destroyed first must be destroyed
// before that.
#include <algorithm>

#include "planner/decide/reasons.h"
#include "planner/draft.h"

namespace infra {
namespace {

bool uses(const std::vector<Address>& used, const Address& owner) {
  return std::any_of(used.begin(), used.end(), [&](const Address& a) { return a.owner() == owner; });
}

// Why the old object goes first: it uses something that can only be made, or made anew, once it is destroyed.
std::optional<Reason> in_the_way(const Draft& draft, const Slot& slot, const std::vector<bool>& owners) {
  const auto& used = slot.row->depends_on;
  for (const auto& needed : slot.want->depends_on) {
    const auto owner = draft.slots.find_owner(needed);
    if (!owner || !owners[*owner]) continue;
    const auto [begin, end] = draft.slots.range(needed);
    for (auto other = begin; other < end; ++other) {
      const auto name = draft.slots.all[other].address->owner();
      if (draft.destroys_first(other) && uses(used, needed.owner())) return reasons::must_go_first(name.text());
      for (const auto& contention : draft.contentions_of(other)) {
        const auto holder = draft.slots.all[contention.holder.slot].address->owner();
        if (uses(used, holder)) return reasons::must_make_way(holder.text(), name.text());
      }
    }
  }
  return std::nullopt;
}

}  // namespace

void settle_order_of_replacement(Draft& draft) {
  std::vector<bool> owners(draft.slots.owners.size(), false);  // those with a part that something must go for
  for (const auto& contention : draft.contentions) owners[draft.slots.all[contention.slot].owner] = true;
  for (const auto resource : draft.input.desired.order) {
    const auto index = draft.slots.of_desired()[resource];
    const auto& slot = draft.slots.all[index];
    auto& entry = draft.current[index];
    const bool replaced = entry.planned && (entry.moved || entry.change.action == Action::replace);
    const bool rolls = entry.planned && entry.set && entry.change.action == Action::update;
    if ((!replaced && !rolls) || slot.row == nullptr) continue;
    if (const auto reason = in_the_way(draft, slot, owners)) {
      if (rolls) {  // its tasks can't roll: all go, then all come
        entry.change.action = Action::replace;
        entry.change.reasons.push_back(*reason);
      }
      if (entry.change.create_first) {
        entry.change.create_first = false;
        entry.change.reasons.push_back(*reason);
      }
    }
    if (draft.destroys_first(index)) owners[slot.owner] = true;
  }
}

}  // namespace infra
