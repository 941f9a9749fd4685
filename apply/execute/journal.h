// What is written about an outside change: the intent before it, and what its outcome means for the record. Pure. The
// executor and the settling of a killed run's intents use the same rules.
#pragma once
#include <vector>

#include "apply/execute/ledger.h"
#include "planner/decide/moves.h"
#include "planner/planner.h"
#include "providers/provider.h"
#include "state/store.h"

namespace infra {

// The object is what the intent asked for (or gone, if that was asked for).
std::vector<Mutation> record_success(const Intent& intent, const ObjectResult& result, const Ledger& ledger);
// The provider said no, and left things as they were as far as it could. What was being updated may be half changed:
// its spec hash is emptied, so that the next plan updates it again.
std::vector<Mutation> record_failure(const Intent& intent, const Ledger& ledger);

// What the record gets when rows have gone to other addresses.
std::vector<Mutation> records_of(const MoveReport& report);

// Before the first outside change: the stack's name, and the platforms that objects are going to live on (so that they
// can be deleted when the declaration is gone).
std::vector<Mutation> opening_records(const Plan& plan, const LoweredGraph& desired, const Ledger& ledger);
// After the last one: the stack's outputs, and the platforms where nothing lives any more.
std::vector<Mutation> closing_records(const Plan& plan, const LoweredGraph& desired, Ledger& ledger);

}  // namespace infra
