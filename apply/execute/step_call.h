// From a step of the plan to the provider call that it stands for, with everything that only now is known filled in.
#pragma once
#include "apply/execute/executor.h"
#include "apply/execute/ledger.h"
#include "apply/execute/worker_pool.h"

namespace infra {

// What a step that leaves the world alone (forget, adopt) changes in the record.
Result<std::vector<Mutation>> record_only(const Execution& execution, const Step& step, Ledger& ledger);

// The inputs of a change with everything filled in that is known now. E0701 if something isn't.
Result<Value> resolve_inputs(const Change& change, Ledger& ledger);

struct PreparedCall {
  Intent intent;
  ProviderCall call;
};
// E0701 if an input can't be worked out from what is known now.
Result<PreparedCall> prepare_call(const Execution& execution, std::size_t step, Ledger& ledger);

}  // namespace infra
