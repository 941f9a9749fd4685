// What a user declared, summed up over its parts.
#include <algorithm>

#include "planner/draft.h"

namespace infra {
namespace {

Action sum_up(const Plan& plan, const OwnerChange& owner) {
  std::optional<Action> same;
  for (const auto index : owner.changes) {
    const auto& change = plan.changes[index];
    // A left-over beside a part that stays says nothing of the whole; alone it is all there is.
    const auto action = change.deposed && owner.changes.size() > 1 ? Action::update : change.action;
    if (same && *same != action) return Action::update;
    same = action;
  }
  const bool rolls = owner.rolling && same == Action::replace;
  return rolls ? Action::update : same.value_or(Action::no_op);
}

}  // namespace

void write_owners(const std::vector<bool>& chained, Plan& plan) {
  for (std::size_t i = 0; i < plan.changes.size(); ++i) {
    const auto& change = plan.changes[i];
    const bool same = !plan.owners.empty() && plan.owners.back().address.path == change.address.path &&
                      plan.owners.back().address.kind == change.address.kind;
    if (!same) plan.owners.push_back({.address = change.address.owner(), .changes = {}});
    auto& owner = plan.owners.back();
    owner.changes.push_back(i);
    owner.drift = owner.drift || change.drift;
    owner.rolling = owner.rolling || chained[i];
  }
  for (auto& owner : plan.owners) owner.action = sum_up(plan, owner);
}

}  // namespace infra
