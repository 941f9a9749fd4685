// What a user declared, summed up over its parts.
#include <algorithm>
#include <set>

#include "planner/draft.h"

namespace infra {
namespace {

// On another platform an object is made anew, and the old one is destroyed beside it.
bool is_moved(const Plan& plan, std::size_t index) {
  const auto& change = plan.changes[index];
  return change.action == Action::create && change.reasons.front().code == Reason::cannot_update;
}

// What happens to the parts, left-overs beside them aside. Gone already counts as destroyed with the rest.
Action sum_up(const Plan& plan, const OwnerChange& owner) {
  std::set<Action> actions;
  std::set<Action> beside;
  for (const auto index : owner.changes) {
    const auto& change = plan.changes[index];
    const auto action = change.ends ? Action::destroy : is_moved(plan, index) ? Action::replace : change.action;
    (change.deposed ? beside : actions).insert(action);
  }
  if (actions.empty()) actions = beside;
  if (actions.contains(Action::destroy)) actions.erase(Action::forget);
  if (actions.size() > 1) return Action::update;
  const auto same = *actions.begin();
  const bool cleans_up = same == Action::no_op && !beside.empty();
  return cleans_up ? Action::update : same;
}

std::string doc_of(const std::vector<LoweredOwner>& declared, const Address& owner) {
  const auto at = std::lower_bound(declared.begin(), declared.end(), owner,
                                   [](const LoweredOwner& o, const Address& a) { return o.address < a; });
  return at != declared.end() && at->address == owner ? at->doc : std::string();
}

}  // namespace

void write_owners(const std::vector<LoweredOwner>& declared, Plan& plan) {
  for (std::size_t i = 0; i < plan.changes.size(); ++i) {
    const auto& change = plan.changes[i];
    const bool same = !plan.owners.empty() && plan.owners.back().address.path == change.address.path &&
                      plan.owners.back().address.kind == change.address.kind;
    if (!same) plan.owners.push_back({.address = change.address.owner(), .changes = {}});
    auto& owner = plan.owners.back();
    owner.changes.push_back(i);
    owner.drift = owner.drift || change.drift;
  }
  for (auto& owner : plan.owners) {
    owner.action = sum_up(plan, owner);
    const auto moved = std::find_if(plan.moved.begin(), plan.moved.end(),
                                    [&](const Moved& m) { return m.to.owner() == owner.address; });
    for (const auto& imported : plan.imported) {
      if (imported.address.owner() == owner.address) owner.imported.push_back(imported.id);
    }
    if (moved != plan.moved.end()) owner.moved_from = moved->from.owner();
    owner.doc = doc_of(declared, owner.address);
  }
}

}  // namespace infra
