// What each declaration asks for, in dependency order: a change of what it needs may be a change of itself.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/hash.h"
#include "planner/decide/attributes.h"
#include "planner/decide/decide_late_outputs.h"
#include "planner/decide/decide_sets.h"
#include "planner/decide/joined_subnets.h"
#include "planner/decide/known_outputs.h"
#include "planner/decide/orphan.h"
#include "planner/decide/protection.h"
#include "planner/decide/reasons.h"
#include "planner/decide/refresh.h"
#include "planner/decide/runs.h"
#include "planner/decide/targets.h"
#include "planner/draft.h"

namespace infra {
namespace {

class Declared {
 public:
  explicit Declared(Draft& draft) : draft_(draft), outputs_(draft), key_(draft.input.hash_key()) {
    find_ = [this](const Address& part) { return outputs_.find(part); };
  }

  void decide(std::size_t index) {
    slot_ = index;
    const auto& slot = draft_.slots.all[index];
    if (slot.want == nullptr || (!slot.selected && slot.row == nullptr)) return;
    auto& entry = begin(slot);
    if (slot.hidden || !slot.selected) return;
    if (draft_.input.refresh_only) {
      refresh(slot, entry);
    } else if (slot.want->type == kTaskSet) {
      decide_set(slot, entry);
    } else if (slot.row == nullptr) {
      decide_unrecorded(slot, entry);
    } else if (const auto code = recorded_exit(*slot.row)) {
      // It has run: whether its platform still shows it says nothing.
      const auto detail = fmt::format("exit code {}", *code);
      const auto now = *code == 0 ? Health::completed : Health::stopped;
      decide_existing(slot, {.health = {.now = now, .detail = detail}}, entry);
    } else if (const auto* object = slot.object(slot.row->id)) {
      decide_existing(slot, *object, entry);
    } else {
      entry.change.id.clear();
      create(slot, entry, reasons::gone());
      entry.change.drift = true;
    }
    if (entry.change.action != Action::no_op && !entry.change.refresh) {
      entry.change.protect = slot.want->options.protect;
      entry.change.keep = slot.want->options.keep;
      entry.change.depends_on = slot.want->depends_on;
    }
  }

 private:
  Draft::Entry& begin(const Slot& slot) {
    auto& entry = draft_.current[slot_];
    entry.planned = true;
    entry.change.address = *slot.address;
    entry.change.type = slot.want->type;
    entry.change.platform = slot.want->platform;
    entry.change.after = resolved(slot.want->inputs);
    if (slot.row != nullptr) entry.change.id = slot.row->id;
    return entry;
  }

  Value resolved(const Value& inputs) {
    std::vector<std::string> problems;
    auto out = resolve(inputs, find_, &problems);
    for (auto& problem : problems) draft_.diagnostics.error("E0706", draft_.span(slot_), std::move(problem));
    return out;
  }

  void create(const Slot& slot, Draft::Entry& entry, Reason reason) {
    entry.change.action = Action::create;
    entry.change.attributes = all_attributes(entry.change.after);
    entry.change.reasons.push_back(std::move(reason));
    if (!keeps_unrecorded(*slot.want) && has_left_over(slot)) entry.change.reasons.push_back(reasons::makes_room());
  }

  [[nodiscard]] static bool has_left_over(const Slot& slot) {
    return std::any_of(slot.observed.begin(), slot.observed.end(), [&](const ObservedObject* o) {
      const bool recorded =
          std::any_of(slot.deposed.begin(), slot.deposed.end(), [&](auto* row) { return row->id == o->id; });
      return !recorded && (slot.row == nullptr || slot.row->id != o->id);
    });
  }

  // Nothing outside changes: what is there and as declared may still come into the record.
  void refresh(const Slot& slot, Draft::Entry& entry) {
    if (slot.row != nullptr && slot.row->type == kTaskSet) return refresh_task_set(draft_, slot_);
    if (slot.row != nullptr) return refresh_recorded(draft_, slot_);
    decide_unrecorded(slot, entry);
    entry.planned = entry.change.action == Action::adopt;
  }

  void decide_unrecorded(const Slot& slot, Draft::Entry& entry) {
    if (const auto* found = adoptable(slot, entry.change.after)) {
      entry.change.action = Action::adopt;
      entry.change.id = found->id;
      entry.change.drift = true;
      entry.change.reasons.push_back(reasons::found_unrecorded());
    } else {
      create(slot, entry, reasons::declared_new());
    }
  }

  // An object of ours that was made from exactly these inputs, and isn't broken.
  [[nodiscard]] const ObservedObject* adoptable(const Slot& slot, const Value& inputs) const {
    if (slot.observed.empty() || !inputs.known()) return nullptr;
    const auto hash = spec_hash(inputs, key_);
    const auto fits = [&](const ObservedObject* o) {
      const bool recorded = std::any_of(slot.deposed.begin(), slot.deposed.end(),
                                        [&](auto* row) { return row->id == o->id && !is_orphan(*row); });
      return !recorded && is_fine(o->health) && o->spec_hash == hash && o->type == slot.want->type &&
             (o->platform.empty() || o->platform == slot.want->platform);
    };
    const auto at = std::find_if(slot.observed.begin(), slot.observed.end(), fits);
    return at != slot.observed.end() ? *at : nullptr;
  }

  void decide_existing(const Slot& slot, const ObservedObject& object, Draft::Entry& entry) {
    if (slot.row->platform != slot.want->platform || slot.row->type != slot.want->type) {
      move(slot, entry);
      return;
    }
    compare(slot, entry);
    weigh_health(object, entry.change);
    auto& change = entry.change;
    if (is_to_replace(draft_.input, *slot.address)) ask_to_replace(change);
    if (change.action == Action::no_op) {
      take_late_outputs(draft_, slot_);
      compare_record(slot, entry);
    } else if (change.action == Action::replace && is_guarded(draft_.input, slot.want, slot.row)) {
      refuse(slot, entry, way_out(change));
    } else {
      const bool replace = change.action == Action::replace;
      change.create_first = replace && !change.drift && slot.want->options.replace == Replace::create_first;
    }
  }

  // Its tasks decide beside its inputs: they may be broken, or of another revision.
  void decide_set(const Slot& slot, Draft::Entry& entry) {
    if (slot.row == nullptr) {
      create(slot, entry, reasons::declared_new());
      entry.change.attributes = attributes_of_new_set(entry.change.after);
      return decide_task_set(draft_, slot_, false);
    }
    if (slot.row->platform != slot.want->platform) {
      move(slot, entry);
      if (!entry.moved) return;  // it is protected
      entry.change.attributes = attributes_of_new_set(entry.change.after);
      draft_.beside.back().set = end_task_set(draft_, slot_, *slot.row);
      return decide_task_set(draft_, slot_, false);
    }
    compare(slot, entry);
    show_set(slot, entry.change);
    decide_task_set(draft_, slot_, true);
    if (entry.change.action == Action::no_op) compare_record(slot, entry);
  }

  void show_set(const Slot& slot, Change& change) {
    const bool elsewhere = std::any_of(change.attributes.begin(), change.attributes.end(),
                                       [](const AttributeChange& a) { return a.path.starts_with("nodes"); });
    change.attributes = shown_attributes(std::move(change.attributes), change.after);
    if (!elsewhere) return;
    const auto before = decode_record(slot.row->inputs, *slot.address, draft_.diagnostics);
    if (auto subnets = subnets_changed(draft_, before, change.after)) {
      const auto at = std::find_if(change.attributes.begin(), change.attributes.end(),
                                   [](const AttributeChange& a) { return a.path > "subnets"; });
      change.attributes.insert(at, *std::move(subnets));
    }
  }

  static void ask_to_replace(Change& change) {
    if (change.action == Action::no_op || change.action == Action::update) {
      change.reasons.insert(change.reasons.begin(), reasons::asked_to_replace());
    }
    change.action = Action::replace;
  }

  // Tasks are recorded under their numbers: those of one platform have to go before the same numbers come on another.
  static void settle_order_of_move(const RecordedResource& row, std::string_view type, Change& change, Replace asked) {
    const bool tasks = row.type == kTaskSet || type == kTaskSet;
    change.create_first = asked == Replace::create_first && !tasks;
    if (asked == Replace::create_first && tasks) change.reasons.push_back(reasons::tasks_go_first());
  }

  // To another platform or type: the new object is another provider's, so the old one is a change of its own.
  void move(const Slot& slot, Draft::Entry& entry) {
    const auto& row = *slot.row;
    const bool elsewhere = row.platform != slot.want->platform;
    const auto why = elsewhere ? reasons::moved("platform", row.platform, slot.want->platform)
                               : reasons::moved("type", row.type, slot.want->type);
    entry.change.reasons = {why};
    if (slot.want->options.protect) return refuse(slot, entry, "undo the change");
    entry.change.reasons.clear();
    entry.change.id.clear();
    create(slot, entry, why);
    entry.moved = true;
    settle_order_of_move(row, slot.want->type, entry.change, slot.want->options.replace);
    draft_.beside.push_back({Draft::Beside::moved,
                             slot_,
                             slot.row,
                             {.address = *slot.address,
                              .type = row.type,
                              .platform = row.platform,
                              .action = Action::destroy,
                              .deposed = true,
                              .id = row.id,
                              .reasons = {why}}});
  }

  void compare(const Slot& slot, Draft::Entry& entry) {
    auto& change = entry.change;
    if (change.after.known() && spec_hash(change.after, key_) == slot.row->spec_hash) return;
    const auto before = decode_record(slot.row->inputs, *slot.address, draft_.diagnostics);
    change.after = with_ignored(change.after, before, slot.want->options.ignore);
    change.after = with_kept(change.after, before, [this](const Value& v) { return waits_for_nothing(v); });
    change.attributes = attribute_changes(before, change.after, draft_.schema(change.platform, change.type), key_);
    if (change.attributes.empty()) {
      if (slot.row->spec_hash.empty()) set_again(change);
      return;
    }
    const bool forced = std::any_of(change.attributes.begin(), change.attributes.end(),
                                    [](const AttributeChange& a) { return a.forces_replace; });
    change.action = forced ? Action::replace : Action::update;
    change.reasons.push_back(forced ? reasons::cannot_update(change.attributes)
                                    : reasons::input_changed(change.attributes));
    if (auto names = referents_that_change(change.after); !names.empty()) {
      change.reasons.push_back(reasons::depends_on(names));
    }
  }

  // A record without hash: an update of it failed, and nobody knows how far it came.
  static void set_again(Change& change) {
    change.action = Action::update;
    change.reasons.push_back(reasons::half_updated());
  }

  // Not known, though nothing that it refers to changes: what is recorded still holds.
  bool waits_for_nothing(const Value& value) { return !value.known() && referents_that_change(value).empty(); }

  std::vector<std::string> referents_that_change(const Value& value) {
    std::vector<Ref> refs;
    collect_refs(value, refs);
    std::vector<std::string> names;
    for (const auto& ref : refs) {
      const auto slot = ref.attribute.empty() ? std::nullopt : draft_.slots.find(ref.address);
      if (slot && draft_.changes(*slot)) names.push_back(ref.address.owner().text());
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }

  // A run that was cut short has begun what nobody waits for: a job, or a rollout that the platform carries out.
  static bool goes_on(const ObservedObject& object, const Change& change) {
    const bool rolls = object.rollout && object.rollout->verdict == RolloutSeen::running;
    return object.health.now == Health::starting && (runs_once(change.type) || rolls);
  }

  // What is starting is waited for, what somebody changed is put right in place, and only what has failed is replaced.
  static void weigh_health(const ObservedObject& object, Change& change) {
    if (object.health.now == Health::unhealthy || object.health.now == Health::stopped) {
      change.action = Action::replace;
      change.drift = !runs_once(change.type);
      change.create_first = false;
      change.reasons.insert(change.reasons.begin(), reasons::failed(object.health.detail));
    } else if (!object.changed.empty()) {
      if (change.action == Action::no_op) change.action = Action::update;
      change.drift = true;
      change.reasons.insert(change.reasons.begin(), reasons::changed_outside(object.changed));
    } else if (goes_on(object, change) && change.action == Action::no_op) {
      change.action = Action::update;
      change.reasons.push_back(runs_once(change.type) ? reasons::still_runs() : reasons::rollout_goes_on());
    }
  }

  // What else than lifting the protection lets the plan through.
  static std::string way_out(const Change& change) {
    const auto& reasons = change.reasons;
    const bool asked = std::any_of(reasons.begin(), reasons.end(), [](auto& r) { return r.code == Reason::asked; });
    if (asked) return "leave out --replace";
    return change.drift ? "repair it by hand" : "undo the change";
  }

  void refuse(const Slot& slot, Draft::Entry& entry, const std::string& instead) {
    const auto owner = slot.address->owner().text();
    draft_.diagnostics.error(
        "E0702", draft_.span(slot_),
        fmt::format("{} is protected, and this plan would replace it: {}", owner, entry.change.reasons.front().text),
        {}, fmt::format("{}, or set `protect = false` on {}", instead, owner));
    auto& change = entry.change;
    change.action = Action::no_op;
    change.drift = false;
    change.reasons.clear();
    change.attributes.clear();
  }

  // Nothing changes outside, but the record must say something else for the day when the declaration is gone.
  void compare_record(const Slot& slot, Draft::Entry& entry) {
    const auto& row = *slot.row;
    const auto& want = *slot.want;
    auto& change = entry.change;
    const auto late = change.attributes.size();
    if (row.protect != want.options.protect) {
      change.attributes.push_back({"protect", row.protect, want.options.protect, false});
    }
    if (row.keep != want.options.keep) {
      change.attributes.insert(change.attributes.begin(), {"keep", row.keep, want.options.keep, false});
    }
    if (row.depends_on != want.depends_on) {
      change.attributes.insert(change.attributes.begin(),
                               {"depends_on", as_list(row.depends_on), as_list(want.depends_on), false});
    }
    if (change.attributes.size() == late) return;
    entry.record_only = true;
    change.action = Action::update;
    change.reasons.push_back(reasons::record_only());
  }

  static Value as_list(const std::vector<Address>& addresses) {
    List out;
    for (const auto& address : addresses) out.push_back(Value(address.text()));
    return out;
  }

  Draft& draft_;
  KnownOutputs outputs_;
  const HashKey key_;
  std::function<const Value*(const Address&)> find_;
  std::size_t slot_ = 0;
};

}  // namespace

void decide_slot(Draft& draft, std::size_t slot) { Declared(draft).decide(slot); }

void decide_declared(Draft& draft) {
  Declared declared(draft);
  const auto& slots = draft.slots.of_desired();
  for (const auto resource : draft.input.desired.order) declared.decide(slots[resource]);
}

}  // namespace infra
