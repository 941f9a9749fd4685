// What is recorded or seen, and no declaration asks for.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "planner/decide/decide_sets.h"
#include "planner/decide/orphan.h"
#include "planner/decide/protection.h"
#include "planner/decide/reasons.h"
#include "planner/decide/refresh.h"
#include "planner/decide/runs.h"
#include "planner/draft.h"

namespace infra {
namespace {

class Undeclared {
 public:
  explicit Undeclared(Draft& draft) : draft_(draft), destroy_(draft.input.destroy) {}

  void decide(std::size_t index) {
    slot_ = index;
    const auto& slot = draft_.slots.all[index];
    if (slot.want == nullptr && slot.row != nullptr) decide_row(slot);
    if (slot.hidden || !slot.selected) return;
    decide_deposed(slot);
    if (!draft_.input.refresh_only) decide_unrecorded(slot);
  }

 private:
  Change change_of(const RecordedResource& row, Action action, Reason reason) const {
    return {.address = row.address,
            .type = row.type,
            .platform = row.platform,
            .action = action,
            .id = row.id,
            .reasons = {std::move(reason)}};
  }

  void decide_row(const Slot& slot) {
    auto& entry = draft_.current[slot_];
    entry.planned = true;
    entry.change = change_of(*slot.row, Action::no_op, {});
    entry.change.reasons.clear();
    if (slot.hidden || !slot.selected) return;
    if (draft_.input.refresh_only) return refresh_recorded(draft_, slot_);
    if (slot.object(slot.row->id) == nullptr) {
      entry.change = change_of(*slot.row, Action::forget, reasons::gone_and_not_declared());
      entry.change.drift = !recorded_exit(*slot.row);
    } else if (is_kept(slot)) {
      entry.change = change_of(*slot.row, Action::forget, reasons::kept(destroy_));
      entry.change.orphans = true;
    } else if (is_guarded(draft_.input, slot.declared, slot.row)) {
      refuse(slot);
    } else {
      entry.change = change_of(*slot.row, Action::destroy, destroy_ ? reasons::asked() : reasons::not_declared());
      if (slot.row->type == kTaskSet) entry.set = end_task_set(draft_, slot_, *slot.row);
    }
  }

  // The record's word counts once the block is deleted. A part that a standing block has no more use for (a copy of a
  // service) is none of what the block asks to keep.
  [[nodiscard]] bool is_kept(const Slot& slot) const {
    if (slot.declared != nullptr) return slot.declared->options.keep;
    return slot.row->keep && (destroy_ || !is_declared(slot.address->owner()));
  }

  [[nodiscard]] bool is_declared(const Address& owner) const {
    const auto& owners = draft_.input.desired.owners;
    const auto at = std::lower_bound(owners.begin(), owners.end(), owner,
                                     [](const LoweredOwner& o, const Address& a) { return o.address < a; });
    return at != owners.end() && at->address == owner;
  }

  void refuse(const Slot& slot) {
    const auto owner = slot.address->owner().text();
    const auto help = is_declared(slot.address->owner())
                          ? fmt::format("set `protect = false` on {} and apply that first", owner)
                          : fmt::format(
                                "declare it again, or under its new name with moved_from = {0}; to remove it, "
                                "declare {0} with `protect = false` and apply that first",
                                owner);
    draft_.diagnostics.error("E0702", draft_.span(slot_),
                             fmt::format("{} is protected, and this plan would destroy it: {}", owner,
                                         destroy_ ? reasons::asked().text : reasons::not_declared().text),
                             {}, help);
  }

  void decide_deposed(const Slot& slot) {
    for (const auto* row : slot.deposed) {
      if (is_orphan(*row)) continue;  // not ours any more
      const bool there = slot.object(row->id) != nullptr;
      if (there && draft_.input.refresh_only) continue;
      auto change = change_of(*row, there ? Action::destroy : Action::forget, reasons::deposed());
      change.deposed = true;
      draft_.beside.push_back({Draft::Beside::deposed, slot_, row, std::move(change)});
    }
  }

  // Objects with our labels of which nothing is recorded, and that weren't adopted.
  void decide_unrecorded(const Slot& slot) {
    const auto& current = draft_.current[slot_];
    for (const auto* object : slot.observed) {
      const bool deposed = std::any_of(slot.deposed.begin(), slot.deposed.end(),
                                       [&](const RecordedResource* row) { return row->id == object->id; });
      const bool recorded = deposed || (slot.row != nullptr && slot.row->id == object->id);
      const bool adopted = current.change.action == Action::adopt && current.change.id == object->id;
      if (!recorded && !adopted) destroy_left_over(slot, *object);
    }
  }

  void destroy_left_over(const Slot& slot, const ObservedObject& object) {
    if (stays(slot, object)) return;
    const auto platform = platform_of(slot, object);
    if (platform.empty()) {
      draft_.diagnostics.warning("E0707", {},
                                 fmt::format("{} `{}` carries the labels of {}, but no platform of this stack has it",
                                             object.type, object.id, object.address.text()),
                                 {}, "remove it by hand");
      return;
    }
    draft_.beside.push_back({Draft::Beside::stray,
                             slot_,
                             nullptr,
                             {.address = object.address,
                              .type = object.type,
                              .platform = platform,
                              .action = Action::destroy,
                              .deposed = true,
                              .drift = true,
                              .id = object.id,
                              .reasons = {reasons::unknown_object()}}});
  }

  // What was forgotten because of `keep` still carries the labels; nor is anything destroyed where `protect` says no.
  bool stays(const Slot& slot, const ObservedObject& object) {
    if (slot.declared == nullptr || !keeps_unrecorded(*slot.declared)) return false;
    const auto& options = slot.declared->options;
    if (destroy_ && options.keep) return true;
    draft_.diagnostics.warning(
        "E0712", draft_.span(slot_),
        fmt::format("{} `{}` carries the labels of {}, isn't recorded, and stays because of `{}`", object.type,
                    object.id, slot.address->owner().text(), options.keep ? "keep" : "protect"),
        {}, "remove it by hand if it isn't needed any more");
    return true;
  }

  // Observations of one provider don't say whose they are; then what is known of the address must do.
  [[nodiscard]] std::string platform_of(const Slot& slot, const ObservedObject& object) const {
    if (!object.platform.empty()) return object.platform;
    if (slot.row != nullptr) return slot.row->platform;
    if (slot.declared != nullptr) return slot.declared->platform;
    std::set<std::string> names;
    for (const auto& platform : draft_.input.desired.platforms) names.insert(platform.name);
    for (const auto& platform : draft_.input.state.platforms) names.insert(platform.name);
    return names.size() == 1 ? *names.begin() : std::string();
  }

  Draft& draft_;
  bool destroy_;
  std::size_t slot_ = 0;
};

}  // namespace

void decide_undeclared(Draft& draft) {
  Undeclared undeclared(draft);
  for (std::size_t slot = 0; slot < draft.slots.all.size(); ++slot) undeclared.decide(slot);
  std::sort(draft.beside.begin(), draft.beside.end(), [](const Draft::Beside& a, const Draft::Beside& b) {
    return std::tie(a.slot, a.change.id) < std::tie(b.slot, b.change.id);
  });
}

}  // namespace infra
