// The order of things. What is needed is made before what needs it; what is used is destroyed after what used it.
#include "planner/order/order_steps.h"

#include <algorithm>
#include <array>
#include <set>

#include "planner/decide/reasons.h"
#include "planner/order/step_graph.h"

namespace infra {
namespace {

using Node = StepGraph::Node;
constexpr Node kNone = ~Node{0};

// The steps of a slot's current object.
struct Place {
  Node make = kNone;    // create, update, adopt
  Node unmake = kNone;  // destroy of the current object
  Node end = kNone;     // of a run before a deletion: its removal when it has succeeded
};

class Ordering {
 public:
  Ordering(Draft& draft, const Layout& layout) : draft_(draft), layout_(layout), places_(draft.slots.all.size()) {}

  // Constraints that are good to have, but not needed, are given up if they contradict the others.
  std::optional<std::vector<Step>> sort() {
    for (;;) {
      build();
      if (auto steps = graph_.sorted(layout_.owner_of)) return steps;
      if (!relax(graph_.cycle())) return std::nullopt;
    }
  }

 private:
  // What a gate of an owner stands for.
  enum Gate { made, left, moved_on, strays_gone };

  void build() {
    graph_ = {};
    gates_.assign(draft_.slots.owners.size(), {kNone, kNone, kNone, kNone});
    beside_.assign(draft_.beside.size(), kNone);
    slot_of_.clear();
    add_steps();
    for (std::size_t slot = 0; slot < places_.size(); ++slot) {
      if (draft_.current[slot].planned) order_slot(slot);
    }
    for (std::size_t i = 0; i < beside_.size(); ++i) order_beside(i);
    if (!contends_) return;
    for (const auto& contention : draft_.contentions) order_contention(contention);
  }

  // What is taken over comes free first. A holder that only loses tasks is updated.
  void order_contention(const Draft::Contention& contention) {
    const auto& holder = contention.holder;
    const auto& place = places_[holder.slot];
    const auto current = place.unmake != kNone ? place.unmake : place.make;
    const auto node = holder.beside ? beside_[*holder.beside] : current;
    const auto make = places_[contention.slot].make;
    if (node != kNone && make != kNone && node != make) graph_.wait(make, node);
  }

  Node add(Step::Kind kind, std::size_t slot, std::size_t change, bool deposes = false) {
    slot_of_.push_back(slot);
    return graph_.add_step(kind, change, deposes);
  }

  void add_steps() {
    std::size_t next = 0;
    for (std::size_t slot = 0; slot < places_.size(); ++slot) {
      if (draft_.current[slot].planned) add_steps_of(slot);
      for (; next < beside_.size() && draft_.beside[next].slot == slot; ++next) {
        const auto& change = draft_.beside[next].change;
        beside_[next] = add(change.action == Action::forget ? Step::forget : Step::destroy, slot, layout_.beside[next]);
      }
    }
  }

  void add_steps_of(std::size_t slot) {
    auto& place = places_[slot];
    const auto& entry = draft_.current[slot];
    const auto index = layout_.current[slot];
    place.make = place.unmake = place.end = kNone;
    switch (entry.change.action) {
      case Action::no_op:
        break;
      case Action::create:
        place.make = add(Step::create, slot, index, entry.moved && entry.change.create_first);
        break;
      case Action::update:
        place.make = add(entry.record_only ? Step::adopt : Step::update, slot, index);
        break;
      case Action::adopt:
        place.make = add(Step::adopt, slot, index);
        break;
      case Action::destroy:
        place.unmake = add(Step::destroy, slot, index);
        break;
      case Action::forget:
        place.unmake = add(Step::forget, slot, index);
        break;
      case Action::replace:
        if (!entry.change.create_first) place.unmake = add(Step::destroy, slot, index);
        place.make = add(Step::create, slot, index, entry.change.create_first);
        if (entry.change.create_first) place.unmake = add(Step::destroy, slot, index);
        break;
    }
    if (entry.change.ends) place.end = add(Step::destroy, slot, index);
  }

  Node gate(std::size_t owner, Gate which) {
    auto& node = gates_[owner][which];
    if (node == kNone) {
      node = graph_.add_gate();
      slot_of_.push_back(kNone);
    }
    return node;
  }

  void order_slot(std::size_t slot) {
    const auto& entry = draft_.current[slot];
    const auto& place = places_[slot];
    const auto owner = draft_.slots.all[slot].owner;
    if (place.make != kNone) {
      // What is there already waits for nobody, and a mere record keeps nobody waiting.
      if (!entry.record_only) graph_.wait(gate(owner, made), place.make);
      if (graph_.step(place.make).kind != Step::adopt) wait_for_needs(place.make, slot);
    }
    if (entry.change.action == Action::replace) {
      if (entry.change.create_first) {
        graph_.wait(place.unmake, place.make);
      } else {
        graph_.wait(place.make, place.unmake);
        if (may_linger(slot)) wait_for_needs(place.unmake, slot);
      }
    }
    if (place.unmake != kNone) wait_for_users(place.unmake, slot, !draft_.destroys_first(slot));
    if (place.end != kNone) {
      graph_.wait(place.end, place.make);
      use(place.end, slot, draft_.slots.all[slot].want->depends_on, left);
    }
    if (entry.run) order_hook(place.unmake, places_[*entry.run]);
    note_use(slot);
  }

  // Its record goes when the run has succeeded, and before the run's own does: should infra be killed between the two,
  // nothing runs a second time.
  void order_hook(Node record, const Place& run) {
    if (run.make != kNone) graph_.wait(record, run.make);
    graph_.wait(run.end != kNone ? run.end : run.unmake, record);
  }

  // `node` comes after the making of everything that the slot's declaration needs.
  void wait_for_needs(Node node, std::size_t slot) {
    const auto own = draft_.slots.all[slot].owner;
    for (const auto& needed : draft_.slots.all[slot].want->depends_on) {
      if (needed.is_owner()) {
        const auto owner = draft_.slots.find_owner(needed);
        if (owner && *owner != own) graph_.wait(node, gate(*owner, made));
      } else if (const auto other = draft_.slots.find(needed); other && places_[*other].make != kNone) {
        if (!draft_.current[*other].record_only) graph_.wait(node, places_[*other].make);
      }
    }
  }

  // Kept until what its successor needs is there, unless that can only come once this is gone.
  [[nodiscard]] bool may_linger(std::size_t slot) const {
    if (hasty_.contains(slot)) return false;
    const auto& depends_on = draft_.slots.all[slot].want->depends_on;
    return std::none_of(depends_on.begin(), depends_on.end(), [&](const Address& needed) {
      const auto [begin, end] = draft_.slots.range(needed);
      for (auto other = begin; other < end; ++other) {
        if (draft_.destroys_first(other)) return true;
      }
      return false;
    });
  }

  // An old object goes after those that used it: after they are destroyed, and, if the new one stands beside it, after
  // those that are updated have turned to the new one. Each kind of user has a gate of its own.
  void wait_for_users(Node unmake, std::size_t slot, bool for_updates_too) {
    const auto owner = draft_.slots.all[slot].owner;
    graph_.wait(unmake, gate(owner, left));
    if (for_updates_too) graph_.wait(unmake, gate(owner, moved_on));
  }

  void note_use(std::size_t slot) {
    const auto* row = draft_.slots.all[slot].row;
    const auto& entry = draft_.current[slot];
    if (row == nullptr) return;
    if (places_[slot].unmake != kNone && entry.change.action != Action::forget) {
      use(places_[slot].unmake, slot, row->depends_on, left);
      if (entry.change.action == Action::destroy) leave_siblings(slot, *row);
    } else if (entry.change.action == Action::update && !entry.record_only && !forgotten_moves_.contains(slot)) {
      use(places_[slot].make, slot, row->depends_on, moved_on);
    }
  }

  // Of one declaration, what goes has gone before that which it acted on is changed: an autoscaler, before the copies
  // that it counted get a count.
  void leave_siblings(std::size_t slot, const RecordedResource& row) {
    if (forgotten_uses_.contains(slot)) return;
    for (const auto& address : row.depends_on) {
      const auto used = address.is_owner() ? std::nullopt : draft_.slots.find(address);
      if (!used || draft_.slots.all[*used].owner != draft_.slots.all[slot].owner) continue;
      const auto& other = draft_.current[*used];
      if (other.change.action == Action::update && !other.record_only)
        graph_.wait(places_[*used].make, places_[slot].unmake);
    }
  }

  void use(Node last, std::size_t slot, const std::vector<Address>& used, Gate which) {
    if (forgotten_uses_.contains(slot)) return;
    const auto own = draft_.slots.all[slot].owner;
    for (const auto& address : used) {
      if (!address.is_owner()) {
        if (const auto other = draft_.slots.find(address)) use_part(last, *other, which);
      } else if (const auto owner = draft_.slots.find_owner(address); owner && *owner != own) {
        graph_.wait(gate(*owner, which), last);
      }
    }
  }

  // The same as the gates say of an owner, for one part of it.
  void use_part(Node last, std::size_t used, Gate which) {
    const auto unmake = places_[used].unmake;
    const bool recorded = which == left || (which == moved_on && !draft_.destroys_first(used));
    if (unmake != kNone && recorded) graph_.wait(unmake, last);
    const auto& all = draft_.beside;
    auto at = std::lower_bound(all.begin(), all.end(), used, [](const auto& b, std::size_t s) { return b.slot < s; });
    for (; at != all.end() && at->slot == used; ++at) {
      const bool stray = at->kind == Draft::Beside::stray;
      const bool counts = stray ? which == strays_gone : recorded;
      if (counts) graph_.wait(beside_[static_cast<std::size_t>(at - all.begin())], last);
    }
  }

  void order_beside(std::size_t index) {
    const auto& item = draft_.beside[index];
    const auto node = beside_[index];
    const auto& slot = draft_.slots.all[item.slot];
    const auto make = places_[item.slot].make;
    switch (item.kind) {
      case Draft::Beside::deposed:
        wait_for_users(node, item.slot, true);
        if (item.change.action == Action::destroy) use(node, item.slot, item.row->depends_on, left);
        break;
      case Draft::Beside::moved: {
        const bool create_first = draft_.current[item.slot].change.create_first;
        graph_.wait(create_first ? node : make, create_first ? make : node);
        wait_for_users(node, item.slot, create_first);
        use(node, item.slot, item.row->depends_on, left);
        break;
      }
      case Draft::Beside::stray:
        // Nothing recorded uses it; other strays may.
        if (make != kNone && draft_.current[item.slot].change.action != Action::adopt) graph_.wait(make, node);
        graph_.wait(node, gate(slot.owner, strays_gone));
        if (slot.declared != nullptr) use(node, item.slot, slot.declared->depends_on, strays_gone);
        break;
    }
  }

  // Gives up one thing that stands in the cycle's way. False: there is nothing left to give up.
  bool relax(const std::vector<Node>& cycle) {
    std::set<std::size_t> slots;
    for (const auto node : cycle) {
      if (slot_of_[node] != kNone) slots.insert(slot_of_[node]);
    }
    for (const auto slot : slots) {
      if (draft_.destroys_first(slot) && hasty_.insert(slot).second) return true;
    }
    for (const auto slot : slots) {
      auto& change = draft_.current[slot].change;
      if (!change.create_first) continue;
      change.create_first = false;
      change.reasons.push_back(reasons::cannot_overlap());
      return true;
    }
    // Who is in the way of whom may have been wrong, then the platform has the last word.
    if (contends_ && !draft_.contentions.empty()) {
      contends_ = false;
      return true;
    }
    // What is updated may lose what it used before it turns to something else.
    for (const auto slot : slots) {
      if (draft_.current[slot].change.action == Action::update && forgotten_moves_.insert(slot).second) return true;
    }
    // Records that were written at different times may contradict each other; the providers have the last word then.
    return std::any_of(slots.begin(), slots.end(),
                       [&](std::size_t slot) { return forgotten_uses_.insert(slot).second; });
  }

  Draft& draft_;
  const Layout& layout_;
  StepGraph graph_;
  std::vector<Place> places_;               // by slot
  std::vector<std::array<Node, 4>> gates_;  // by owner
  std::vector<Node> beside_;
  std::vector<std::size_t> slot_of_;       // by node
  bool contends_ = true;                   // makers wait for Draft::contentions
  std::set<std::size_t> hasty_;            // destroyed without waiting for what the successor needs
  std::set<std::size_t> forgotten_moves_;  // updated slots for which nothing is kept
  std::set<std::size_t> forgotten_uses_;   // slots whose recorded dependencies are left out
};

}  // namespace

std::optional<std::vector<Step>> order_steps(Draft& draft, const Layout& layout) {
  return Ordering(draft, layout).sort();
}

}  // namespace infra
