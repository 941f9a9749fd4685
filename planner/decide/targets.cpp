#include "planner/decide/targets.h"

#include <fmt/format.h>

#include <algorithm>

#include "planner/rollout/task_set.h"

namespace infra {
namespace {

class Selection {
 public:
  Selection(Slots& slots, const PlanInput& input) : slots_(slots), input_(input), chosen_(slots.owners.size(), false) {}

  // Whether the target means anything at all.
  bool add(std::string_view target) {
    bool found = false;
    for (std::size_t owner = 0; owner < slots_.owners.size(); ++owner) {
      if (is_target(target, slots_.owners[owner].address->owner())) found = true, choose(owner);
    }
    for (const auto& owner : input_.desired.owners) {
      if (is_target(target, owner.address)) found = true, choose_needs(owner);
    }
    return found;
  }

  void finish() {
    const auto dependents = find_dependents();
    while (!pending_.empty()) {
      const auto owner = pending_.back();
      pending_.pop_back();
      if (!input_.destroy) choose_what_it_needs(owner);
      for (const auto other : dependents[owner]) {
        if (input_.destroy || (is_gone(owner) && is_gone(other))) choose(other);
      }
    }
    for (auto& slot : slots_.all) slot.selected = chosen_[slot.owner];
  }

 private:
  void choose(std::size_t owner) {
    if (chosen_[owner]) return;
    chosen_[owner] = true;
    pending_.push_back(owner);
  }

  void choose_address(const Address& address) {
    if (const auto owner = slots_.find_owner(address)) choose(*owner);
  }

  // A declaration may have no parts of its own (a task); what it needs still comes along.
  void choose_needs(const LoweredOwner& declared) {
    if (input_.destroy) return;
    for (const auto& needed : declared.depends_on) {
      choose_address(needed);
      // What is left to a later stage has no parts yet; what it needs must be made before.
      if (is_left_to_later(input_.desired, needed)) choose_needs(*declaration(needed));
    }
  }

  [[nodiscard]] const LoweredOwner* declaration(const Address& owner) const {
    const auto& owners = input_.desired.owners;
    return &*std::lower_bound(owners.begin(), owners.end(), owner,
                              [](const LoweredOwner& o, const Address& a) { return o.address < a; });
  }

  void choose_what_it_needs(std::size_t owner) {
    for (auto i = slots_.owners[owner].begin; i < slots_.owners[owner].end; ++i) {
      if (slots_.all[i].want == nullptr) continue;
      for (const auto& needed : slots_.all[i].want->depends_on) choose_address(needed);
    }
  }

  [[nodiscard]] bool is_gone(std::size_t owner) const {
    const auto& [address, begin, end] = slots_.owners[owner];
    for (auto i = begin; i < end; ++i) {
      if (slots_.all[i].want != nullptr) return false;
    }
    return true;
  }

  [[nodiscard]] std::vector<std::vector<std::size_t>> find_dependents() const {
    std::vector<std::vector<std::size_t>> out(slots_.owners.size());
    auto note = [&](const std::vector<Address>& needs, std::size_t owner) {
      for (const auto& needed : needs) {
        if (const auto below = slots_.find_owner(needed)) out[*below].push_back(owner);
      }
    };
    for (const auto& slot : slots_.all) {
      if (slot.row != nullptr) note(slot.row->depends_on, slot.owner);
      if (slot.declared != nullptr) note(slot.declared->depends_on, slot.owner);
    }
    return out;
  }

  Slots& slots_;
  const PlanInput& input_;
  std::vector<bool> chosen_;
  std::vector<std::size_t> pending_;
};

}  // namespace

void report_unknown_address(std::string_view option, const std::string& given, const Slots& slots,
                            const PlanInput& input, Diagnostics& diagnostics) {
  std::vector<std::string> names;
  auto add = [&](const Address& owner) {
    names.push_back(owner.text());
    if (const auto key = names.back().find('['); key != std::string::npos) names.push_back(names.back().substr(0, key));
  };
  for (const auto& owner : slots.owners) add(owner.address->owner());
  for (const auto& owner : input.desired.owners) add(owner.address);
  const auto close = did_you_mean(given, names);
  diagnostics.error("E0704", {}, fmt::format("{} `{}` names nothing that is declared or recorded", option, given), {},
                    close.empty() ? "give an address as the plan shows it, such as service.api"
                                  : fmt::format("did you mean `{}`?", close));
}

bool is_target(std::string_view target, const Address& owner) {
  const auto text = owner.text();
  if (!text.starts_with(target) || target.find('.') == std::string_view::npos) return false;
  return text.size() == target.size() || text[target.size()] == '[' || text[target.size()] == '.';
}

void select_targets(Slots& slots, const PlanInput& input, Diagnostics& diagnostics) {
  if (input.targets.empty()) return;
  Selection selection(slots, input);
  for (const auto& target : input.targets) {
    if (!selection.add(target)) report_unknown_address("--target", target, slots, input, diagnostics);
  }
  selection.finish();
}

bool is_to_replace(const PlanInput& input, const Address& part) {
  return std::any_of(input.replace.begin(), input.replace.end(),
                     [&](const auto& given) { return part.text() == given || is_target(given, part.owner()); });
}

// A single task of a service.
static bool names_task(const Slots& slots, const Slot& slot, const std::string& given) {
  if (slot.want->type != kTaskSet || !given.starts_with(slot.address->owner().text() + "/")) return false;
  const auto now = slots.tasks_of(slot.address->owner(), slot.want->platform);
  return std::any_of(now.rows.begin(), now.rows.end(), [&](const auto* row) { return row->address.text() == given; });
}

void check_replace(const Slots& slots, const PlanInput& input, Diagnostics& diagnostics) {
  for (const auto& given : input.replace) {
    const bool found = std::any_of(slots.all.begin(), slots.all.end(), [&](const Slot& slot) {
      return slot.want != nullptr && (slot.address->text() == given || is_target(given, slot.address->owner()) ||
                                      names_task(slots, slot, given));
    });
    const auto& owners = input.desired.owners;
    const bool later = std::any_of(owners.begin(), owners.end(), [&](const LoweredOwner& owner) {
      const bool meant = is_target(given, owner.address) || given.starts_with(owner.address.text() + "/");
      return meant && is_left_to_later(input.desired, owner.address);
    });
    if (!found && !later) report_unknown_address("--replace", given, slots, input, diagnostics);
  }
}

}  // namespace infra
