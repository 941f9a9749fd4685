// Settling of intents that a killed run left: each is an outside change that was begun and whose outcome nobody
// recorded. Pure: what observe found decides. Never guesses: while the place of an intent is unreachable, the intent
// stays.
#pragma once
#include <string>
#include <vector>

#include "providers/provider.h"
#include "state/state.h"
#include "state/store.h"

namespace infra {

struct Settled {
  Snapshot state;                     // after the mutations; its serial is still the old one
  std::vector<Mutation> mutations;    // one transaction
  std::vector<std::string> messages;  // for the user, sorted
  std::vector<Address> blocked;  // whose intents had to stay; all of them are hidden because their place is unreachable
};
// Intents of other runs that live are theirs to end, and those on a platform that wasn't looked at wait until it is.
Settled settle(Snapshot state, const Observation& observed, const std::vector<std::string>& not_looked_at = {});

}  // namespace infra
