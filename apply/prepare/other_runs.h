// Runs that live beside this one: who they are, what they have under way, and a view of the world in which that is
// neither drift nor left over. Pure.
#pragma once
#include <string>
#include <vector>

#include "providers/provider.h"
#include "state/state.h"

namespace infra {

struct OtherRun {
  struct Call {
    Operation operation;
    Address address;
    friend bool operator==(const Call&, const Call&) = default;
  };
  LockHolder who;
  std::vector<Call> under_way;  // sorted by address
};

// The runs that hold a lease on `state`, by their leases' numbers.
std::vector<OtherRun> other_runs(const Snapshot& state);

// "anna on desk runs `infra apply` (process 12, since 2026-01-02T10:00:00Z): creating service.api/0."
std::string in_words(const OtherRun& run);

// Puts what other runs changed while the world was looked at, and what they have under way, into `observed` as it is
// recorded: a new object that isn't recorded yet isn't there yet, and one that is going is there until its record is
// gone. `before` and `now` are the state before and after the look.
void show_as_recorded(Observation& observed, const Snapshot& before, const Snapshot& now);

// While another run lives, what was deposed may be its own: the old objects of a replacement that it hasn't ended. Such
// rows and their objects are left out, for a later run to find if they stay.
void leave_deposed_to_others(Snapshot& state, Observation& observed);

}  // namespace infra
