// --exclude: what is left alone, and what can't be changed without it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "planner/decide/targets.h"

namespace infra {
namespace {

class Exclusion {
 public:
  Exclusion(const Slots& slots, const PlanInput& input) {
    for (const auto& owner : input.desired.owners) {
      all_.insert(owner.address);
      if (!input.destroy) stays_.insert(owner.address);
      for (const auto& needed : owner.depends_on) note(owner.address, needed.owner());
    }
    for (const auto& owner : slots.owners) {
      all_.insert(owner.address->owner());
      for (auto i = owner.begin; i < owner.end; ++i) note_parts(slots.all[i]);
    }
  }

  // Whether it means anything at all.
  bool add(std::string_view excluded) {
    bool found = false;
    for (const auto& owner : all_) {
      if (is_target(excluded, owner)) found = true, leave(owner, owner);
    }
    return found;
  }

  void add_owner(const Address& owner) { leave(owner, owner); }

  const std::map<Address, Address>& finish() {
    while (!pending_.empty()) {
      const auto owner = pending_.back();
      pending_.pop_back();
      for (const auto& user : used_by_[owner]) {
        if (stays_.contains(user)) leave(user, owner);
      }
      // As long as it stands, what it stands on can't go.
      for (const auto& needed : needs_[owner]) {
        if (!stays_.contains(needed)) leave(needed, owner);
      }
    }
    return left_;
  }

 private:
  void note(const Address& user, const Address& needed) {
    if (user == needed) return;
    used_by_[needed].insert(user);
    needs_[user].insert(needed);
  }

  // Parts may need what their declaration doesn't name: a service's containers the subnet that was chosen for them.
  void note_parts(const Slot& slot) {
    const auto owner = slot.address->owner();
    if (slot.row != nullptr) {
      for (const auto& needed : slot.row->depends_on) note(owner, needed.owner());
    }
    if (slot.declared != nullptr) {
      for (const auto& needed : slot.declared->depends_on) note(owner, needed.owner());
    }
  }

  void leave(const Address& owner, const Address& because_of) {
    if (left_.try_emplace(owner, because_of).second) pending_.push_back(owner);
  }

  std::set<Address> all_, stays_;
  std::map<Address, std::set<Address>> used_by_, needs_;
  std::map<Address, Address> left_;  // and because of what
  std::vector<Address> pending_;
};

}  // namespace

void leave_to_later_stages(Slots& slots, const PlanInput& input) {
  if (input.destroy || !input.desired.has_open_platform()) return;
  Exclusion exclusion(slots, input);
  std::set<std::string_view> open;
  for (const auto& reached : input.desired.reached) {
    if (!reached.open) continue;
    open.insert(reached.platform.name);
    for (const auto& owner : reached.owners) exclusion.add_owner(owner);
    for (const auto& owner : reached.behind) exclusion.add_owner(owner);
  }
  for (const auto& row : input.state.resources) {
    if (open.contains(row.platform)) exclusion.add_owner(row.address.owner());
  }
  for (const auto& [owner, because_of] : exclusion.finish()) {
    const auto found = slots.find_owner(owner);
    if (!found) continue;
    for (auto i = slots.owners[*found].begin; i < slots.owners[*found].end; ++i) slots.all[i].selected = false;
  }
}

std::vector<LeftOut> leave_out(Slots& slots, const PlanInput& input, Diagnostics& diagnostics) {
  std::vector<LeftOut> out;
  if (input.exclude.empty()) return out;
  Exclusion exclusion(slots, input);
  for (const auto& excluded : input.exclude) {
    if (!exclusion.add(excluded)) report_unknown_address("--exclude", excluded, slots, input, diagnostics);
  }
  for (const auto& [owner, because_of] : exclusion.finish()) {
    const auto found = slots.find_owner(owner);
    if (!found && owner != because_of) continue;  // has no parts: nothing is left out with it
    out.push_back({owner, because_of});
    if (!found) continue;
    for (auto i = slots.owners[*found].begin; i < slots.owners[*found].end; ++i) slots.all[i].selected = false;
  }
  return out;
}

}  // namespace infra
