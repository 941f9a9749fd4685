// Objects that somebody else made come into the record: of declarations that say `import = "ID"`, and of those that
// `infra import` names.
#pragma once
#include <vector>

#include "apply/prepare/world_view.h"

namespace infra {

struct ImportReport {
  std::vector<Imported> imported;  // sorted by address
  std::vector<Mutation> records;
  Diagnostics diagnostics;
  std::vector<Error> errors;
};

// Gives `state` a row and `observed` the object for each import whose address has no row yet. E0714 if there is no such
// object, or it belongs to somebody.
ImportReport import_objects(const LoweredGraph& desired, const Providers& providers, const Ownership& owner,
                            const HashKey& key, Snapshot& state, Observation& observed);

// The part that an import's address means: itself, or the only one of a declaration. E0714 says which there are.
Result<Address> part_to_import(const LoweredGraph& desired, const Address& address);

// Commits what a prepared run's imports and moves mean for the record, and nothing else of its plan. The caller holds
// the state's lock.
Result<Ok> record_prelude(const Session& session, const Prepared& prepared);

}  // namespace infra
