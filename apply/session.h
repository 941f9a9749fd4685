// The way of the data as functions: what `infra plan`, `infra apply` and `infra watch` all call.
#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apply/execute/events.h"
#include "apply/execute/worker_pool.h"
#include "apply/prepare/other_runs.h"
#include "apply/recording_tree.h"
#include "base/cancel.h"
#include "base/secrets/keyring.h"
#include "base/secrets/redactor.h"
#include "base/text/rfc3339.h"
#include "compiler/compile.h"
#include "planner/planner.h"
#include "providers/provider.h"
#include "state/store.h"

namespace infra {

struct Session {
  std::reference_wrapper<const SourceTree> sources;  // a copy may read another tree
  const Platforms& platforms;
  Store& store;
  std::string home;  // the stack's private folder
  std::string default_stack;
  std::map<std::string, ParamValue> params;
  int parallelism = 10;
  LockHolder me = {};       // for leases and history
  std::string commit = {};  // of the repository that the files come from, for history
  // A loop's: nobody asked for this run, so a deployment that failed isn't tried again for the same commit.
  bool unattended = false;
  // Of files that are older than what is recorded: what is protected now stays so, whatever they say.
  bool keep_protection = false;
  MakeCallRunner calls = {};  // who calls providers; default: threads
  // Learns the run's secrets, and covers them in what providers say.
  std::shared_ptr<Redactor> redactor = std::make_shared<Redactor>();
  std::shared_ptr<Keyring> keys = std::make_shared<Keyring>();  // of the state's secrets
  ModuleSource* modules = nullptr;                              // of the stack's modules that come from git
  ChosenEnvironment environment = {};
  DefaultEngine engine = {};
};

// A change of what is noted (state/notes.h), and what the plan says of it: "node a of here is drained".
struct Noting {
  Mutation mutation;  // PutNote, DropNote; PutResource of what became of a run
  std::string sentence;
};

struct Prepared;

struct PlanRequest {
  std::vector<std::string> targets;
  bool destroy = false;
  std::vector<std::string> replace = {};  // what is made anew in any case
  std::vector<std::string> exclude = {};  // what is left alone, with what depends on it
  std::vector<Import> imports = {};       // of `infra import`
  bool refresh_only = false;              // let the record say what was found, and change nothing else
  std::vector<Noting> notes = {};         // what is recorded beside the objects before the first step
  // Of a loop: scheduled jobs whose time has come by then are run. Nobody else runs them.
  std::optional<UtcMoment> due_until = {};
  // Of a loop: what is noted of the world as it is seen, such as how many copies its load asks for.
  std::function<std::vector<Noting>(const Prepared& prepared)> measure = {};
};

struct Timing {
  std::string phase;  // "compile", "load", "lower", "connect", "read", "observe", "settle", "move", "plan", "check"
  std::chrono::microseconds took;
};

// Lets the snapshot say what these will have noted: the plan is about how it will be.
void take_notes(const std::vector<Noting>& notes, Snapshot& state);

// One prepared run: everything between the files and the first outside change. Providers are open; nothing is changed
// but records of intents that a killed run left (adopted or dropped; `settled` says so) - and those only if `locked`.
struct Prepared {
  Compiled compiled;
  LoweredGraph lowered;
  std::vector<LoweredResource> scheduled;    // jobs with a schedule, which `lowered` has only while they are due
  std::map<std::string, ParamValue> params;  // the session's, and the secrets that the state keeps
  std::string hash_secret;                   // see base/hash.h HashKey; empty if nothing here needs it
  Snapshot state;
  Observation observed;
  std::map<std::string, std::unique_ptr<Provider>> providers;  // by platform name
  std::vector<Mutation> prelude;  // what the record gets before the first step: `state` is as after it
  Plan plan;
  std::vector<OtherRun> others;      // that live now, and what they have under way
  std::vector<std::string> settled;  // "adopted service.api/0, which a killed run had created"
  Diagnostics diagnostics;           // of compiling, lowering and planning together
  std::vector<Error> errors;         // the world's: an engine that doesn't answer, a damaged state
  RecordedTree files;                // that it was compiled from
  std::vector<Timing> timings;       // of the phases that were reached, in their order
  [[nodiscard]] bool ok() const { return !diagnostics.has_errors() && errors.empty(); }
};

// compile → load → lower → observe → settle → move → plan → check_plan, and again for platforms that are reached by
// what the first round found to be there (docs/adr/0016-stages.md). What can't be planned yet is in plan.later. Without
// `locked` dangling intents are settled in memory only, so that `plan` never writes and never waits.
Prepared prepare(const Session& session, const PlanRequest& request, bool locked);

// What is asked of the stage after `done`: a replacement or an import isn't asked for twice.
PlanRequest for_next_stage(const PlanRequest& request, const Plan& done);
// Do both leave the same to later stages? Then the stage between them brought nothing into reach: E0715.
bool same_platforms(const Plan& a, const Plan& b);
Error out_of_reach(const LaterStage& stage);

struct ApplyReport {
  std::size_t succeeded = 0, failed = 0, skipped = 0;
  bool interrupted = false;
  std::vector<std::pair<Address, Error>> failures;  // sorted by address
  [[nodiscard]] bool ok() const { return failed == 0 && skipped == 0 && !interrupted; }
};

// Executes prepared.plan. The caller holds a lease on what it changes (apply/lease.h). Every outside change is
// journaled: see apply/execute/executor.h. The run is a revision in the state's history.
Result<ApplyReport> apply(const Session& session, Prepared& prepared, const Cancel& cancel, EventSink& events);

}  // namespace infra
