// Executes a plan as it stands. One coordinator (the caller's thread) owns plan, ready set and record; workers only
// call providers.
//
// Journal with group commit: in each turn the coordinator takes all outcomes that are there, and writes ONE
// transaction: these outcomes, and the intents of the steps that can start now. Only when it is durable do those steps
// start. So a chain costs one commit for each step, a fan far less, and whatever the moment of a crash, every outside
// change that may have happened has either its outcome or its intent on disk.
//
// After a failure what is independent goes on; what depends on it is skipped. When draining, nothing new starts. When
// the state can't be written, nothing new starts either, what runs is finished, and one last attempt is made to record
// it; what stays unrecorded is reported, and its intents let the next run settle it.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "apply/execute/events.h"
#include "apply/execute/worker_pool.h"
#include "apply/session.h"
#include "base/cancel.h"
#include "base/secrets/keyring.h"
#include "base/secrets/redactor.h"
#include "planner/planner.h"
#include "providers/provider.h"
#include "state/store.h"

namespace infra {

struct Execution {
  const Plan& plan;
  const LoweredGraph& desired;
  const Observation& observed;  // for objects that no record knows
  const std::map<std::string, std::unique_ptr<Provider>>& providers;
  const std::vector<Mutation> prelude = {};  // what the record gets before the first step; `state` has it already
  Snapshot& state;                           // as loaded, settled and moved; afterwards as recorded
  Store& store;                              // the caller holds its lock
  int parallelism = 10;
  std::function<std::string()> new_token;  // unique request tokens
  std::uint64_t fence = 0;                 // of the lease that the caller holds
  std::string loop_commit = {};            // see PlanInput
  Keyring* keys = nullptr;                 // for what a rollback goes back to
  std::function<Moment()> clock = [] {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  };
  MakeCallRunner calls = {};                                          // default: a WorkerPool
  std::string hash_secret = {};                                       // see base/hash.h HashKey
  std::shared_ptr<Redactor> redactor = std::make_shared<Redactor>();  // of what providers say
};

// An Error means that the state could not be written; everything else is in the report.
Result<ApplyReport> execute(const Execution& execution, const Cancel& cancel, EventSink& events);

}  // namespace infra
