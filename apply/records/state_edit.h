// The record changed by hand: from what is recorded to what the store is to commit. Pure; nothing outside is touched.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "state/store.h"

namespace infra {

struct StateEdit {
  std::vector<Mutation> mutations;
  std::vector<std::string> lines;  // what was done, for the user
};

// An address of a declaration (with everything declared inside it) or of one of its parts. E0515 if nothing is recorded
// there, E0713 if it can't go there.
Result<StateEdit> move_in_state(const Snapshot& state, const Address& from, const Address& to);

// Forgets; the objects stay, and no later run takes them for left-overs. What was orphaned already loses its mark, too.
Result<StateEdit> remove_from_state(const Snapshot& state, const Address& address);

// Everything as in `pushed`, which is sound (state/integrity.h). E0517 if it is of another lineage, of another
// stack or older, unless `force`; a state that nothing was written to takes any.
Result<StateEdit> replace_state(const Snapshot& state, const Snapshot& pushed, bool force);

// The rows at an address of a declaration or a part; E0515 with a guess at what was meant if there are none.
Result<std::vector<RecordedResource>> rows_at(const Snapshot& state, const Address& address);

}  // namespace infra
