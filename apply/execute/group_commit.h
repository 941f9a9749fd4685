// The records of a run, written in groups: what came of calls and the intents of those that start next are one
// transaction, so that a chain costs one commit for each step and a fan far less.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "apply/execute/ledger.h"
#include "planner/planner.h"
#include "state/store.h"

namespace infra {

class GroupCommit {
 public:
  GroupCommit(Store& store, Ledger& ledger) : store_(store), ledger_(ledger) {}

  // The ledger has it at once; it is durable after the next commit.
  void add(const std::vector<Mutation>& mutations);
  // What was added, and the intents of what starts once this has returned.
  Result<Ok> commit(const std::vector<Mutation>& intents);
  // A commit does that by itself; a long call of a provider goes without.
  Result<Ok> stay_leased();
  // Outputs and platforms. Others may have changed other parts meanwhile: worked out from everything that is recorded
  // at the moment of writing.
  Result<Ok> close(const Plan& plan, const LoweredGraph& desired);

  // After a failed commit: a disk that was full may have room again, and a database be back; else a file beside takes
  // it, which the next run reads first.
  struct Rescue {
    enum How { recorded, set_aside, lost } how = lost;
    std::string file = {};  // of set_aside
  };
  Rescue rescue();

 private:
  Store& store_;
  Ledger& ledger_;
  std::vector<Mutation> added_;  // in the ledger, not yet durable
  std::chrono::steady_clock::time_point renewed_ = std::chrono::steady_clock::now();
};

// Adds to why a commit failed where its records are now; they aren't lost.
void tell_rescue(Error& error, const GroupCommit::Rescue& rescue);

}  // namespace infra
