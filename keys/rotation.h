// From an old key to a new one, without a moment in which something can't be read.
#pragma once
#include "keys/key_source.h"
#include "state/store.h"

namespace infra {

struct Rotated {
  std::size_t boxes = 0;
  std::string key;                         // its id
  bool made = false;                       // the key is a new one that stands in infra's own key file
  std::vector<std::string> kept_for = {};  // states beside this one, for whose sake old keys stay in that file
};

// With infra's own key file: a new key is put in front of the old ones there, all boxes are made anew in one
// transaction, and the old keys go that no other state beside this one needs. A crash leaves a file with all keys that
// are needed, and the next rotation goes on from there. With a key from elsewhere, whoever keeps it puts the new one in
// front first. The caller holds a lease on everything. E0524: there is nothing to go on to.
Result<Rotated> rotate_key(const KeyPlaces& places, const Snapshot& state, Store& store);

}  // namespace infra
