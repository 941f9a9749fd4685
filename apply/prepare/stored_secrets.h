// Secrets that the state keeps, and the key that it hashes secrets with: both lie there in boxes (base/secrets/box.h).
#pragma once
#include <string>
#include <vector>

#include "base/secrets/keyring.h"
#include "planner/planner.h"
#include "state/state.h"
#include "state/store.h"

namespace infra {

// Which box is meant: no other one can be put in its place.
std::string place_of_secret(const Snapshot& state, const std::string& name);
std::string place_of_hash_key(const Snapshot& state);

// A key may be made only for a state in which nothing is encrypted: else the right one is missing.
Keyring::Missing when_no_key(const Snapshot& state);

// Does anything that is recorded of this hold a secret? What doesn't needs no key.
bool holds_secret(const LoweredGraph& desired);

// HashKey::secret of this state; empty if it has none.
Result<std::string> open_hash_key(const Snapshot& state, Keyring& keys);

// Gives a state without one a key to hash with: in the same transaction, all recorded hashes become what they would be
// had it always been there.
struct NewHashKey {
  std::string secret;
  std::vector<Mutation> mutations;
};
Result<NewHashKey> new_hash_key(const Snapshot& state, Keyring& keys);

// The hash key for a run that is about to record secrets: the state's, or a new one, which is recorded at once. The
// caller holds a lease. `prelude` is what `state` has already and the store not yet: it is recorded then, too.
Result<std::string> hash_key_for_writing(Snapshot& state, std::vector<Mutation>& prelude, Store& store, Keyring& keys);

}  // namespace infra
