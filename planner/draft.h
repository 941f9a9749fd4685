// A plan in the making: what was decided for each slot so far. The phases of make_plan hand it on.
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "planner/decide/slots.h"

namespace infra {

struct Draft {
  explicit Draft(const PlanInput& from) : input(from), slots(from), current(slots.all.size()) {}

  struct Entry {
    bool planned = false;                 // false: there is nothing at this address for this run
    bool record_only = false;             // an update that calls nobody
    bool moved = false;                   // a create on another platform; the old object is in `beside`
    std::optional<std::size_t> set = {};  // of a task set that is deployed: index into Draft::sets
    std::optional<std::size_t> run = {};  // of a hook that goes: the slot of its run
    Change change;
  };
  struct Beside {
    enum Kind { deposed, moved, stray } kind;  // stray: no record knows it
    std::size_t slot;
    const RecordedResource* row;          // null for a stray
    Change change;                        // always `deposed`
    std::optional<std::size_t> set = {};  // as in Entry
  };

  // A task set on its way: what is to be made has no node until all sets are placed.
  struct Set {
    std::size_t slot;
    Value want;  // its inputs; null: it goes
    Assembled assembled;
  };

  // What is destroyed, or stops tasks, and holds what somebody else is made with: an address range, a host port.
  struct Holder {
    std::size_t slot;
    std::optional<std::size_t> beside = {};  // index into Draft::beside; empty: the slot's current object
    friend auto operator<=>(const Holder&, const Holder&) = default;
  };
  struct Contention {
    std::size_t slot;  // whose object is made, or whose tasks are started
    Holder holder;
    friend auto operator<=>(const Contention&, const Contention&) = default;
  };

  const PlanInput& input;
  Slots slots;
  std::vector<Entry> current;  // by slot
  std::vector<Beside> beside;  // objects beside the current one, by slot, then id
  std::vector<Set> sets;
  std::vector<Contention> contentions;  // sorted from find_contention on
  Diagnostics diagnostics;

  // Will the object's outputs be others after this plan than before?
  [[nodiscard]] bool changes(std::size_t slot) const;
  // Does the old object go before the new one comes?
  [[nodiscard]] bool destroys_first(std::size_t slot) const;
  // Of what is declared or recorded; null if this program has none.
  [[nodiscard]] const Platform* platform(std::string_view name) const;
  // The schema of a provider type, or null if this program has none.
  [[nodiscard]] const Schema* schema(std::string_view platform_name, std::string_view type) const;
  [[nodiscard]] Span span(std::size_t slot) const;
  // Those of a slot, after find_contention.
  [[nodiscard]] std::span<const Contention> contentions_of(std::size_t slot) const;
};

// What the declaration of one slot asks for.
void decide_slot(Draft& draft, std::size_t slot);

// The phases, in this order.
void decide_declared(Draft& draft);                      // what a declaration asks for
void decide_undeclared(Draft& draft);                    // what is recorded or seen, and no declaration asks for
void decide_hooks(Draft& draft);                         // what runs before a service is deleted
void place_tasks(Draft& draft);                          // on which nodes tasks are made
void find_contention(Draft& draft);                      // who is made with what somebody else still holds
void settle_order_of_replacement(Draft& draft);          // which replacements must destroy first, which take turns
void write_changes_and_steps(Draft& draft, Plan& plan);  // takes the changes out of the draft
void write_owners(const std::vector<LoweredOwner>& declared, Plan& plan);
void write_outputs(Draft& draft, Plan& plan);
void write_stages(Draft& draft, Plan& plan);  // what is left to later ones
void write_billed(const Draft& draft, Plan& plan);

}  // namespace infra
