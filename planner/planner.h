// graph + state + observed → plan. Pure: no I/O, no clock, no randomness.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/diagnostics/diagnostic.h"
#include "base/hash.h"
#include "compiler/graph.h"
#include "planner/decide/delete_hooks.h"
#include "planner/plan.h"
#include "providers/provider.h"
#include "state/state.h"

namespace infra {

struct LoweredOwner {
  Address address;
  std::vector<Address> depends_on;  // owners
  Span span;
  std::string doc = {};  // from ///
};

// A platform whose config refers to attributes of resources. Until these are known, and what has them is there, nothing
// on it can be looked at, lowered or planned: that is left to a later stage.
struct ReachedPlatform {
  PlatformDecl platform;                          // its config over lowered Refs
  bool open = true;                               // what it refers to isn't known yet
  std::size_t stage = 2;                          // in which it will be, at the earliest
  std::vector<Address> owners = {};               // that are on it, while it is open; sorted
  std::vector<Address> behind = {};               // that are not, and need one that is; sorted
  std::vector<std::pair<Ref, Value>> parts = {};  // what it refers to, and what that was lowered to
};

// What has to be read for an `existing` declaration, see Platform::sought.
struct SoughtOwner {
  const Resource* existing;  // of the graph
  PlatformDecl platform;
  std::vector<Sought> objects;
};

// Every declared resource as provider resources, in dependency order of owners; the driver of Platform::lower.
// An address without part in LoweredResource::depends_on (and so in the record's) stands for all parts of that owner:
// a service of 1,000 containers behind one of 1,000 needs 1,000 such entries, not a million.
struct LoweredGraph {
  std::vector<LoweredResource> resources;  // sorted by address
  std::vector<LoweredOwner> owners;        // sorted by address; those without any part too
  std::vector<std::size_t> order;          // what is depended on first; ties by address
  std::vector<OutputDecl> outputs;         // of the stack, over lowered Refs
  std::vector<PlatformDecl> platforms;
  std::vector<Move> moves;
  std::vector<Import> imports;
  std::vector<ReachedPlatform> reached;  // sorted by name; those that are open are missing in `platforms`
  std::vector<SoughtOwner> sought;       // sorted by address; without those on an open platform
  [[nodiscard]] bool has_open_platform() const;
};
// `configs`: of platforms by name, where what their config refers to is known.
using PlatformConfigs = std::map<std::string, Value>;
// `existing`: the attributes of what was read, see Platform::attributes_of. Of the rest nothing is known yet: a first
// lowering says in LoweredGraph::sought what to read.
using ExistingValues = std::map<Address, Value>;
LoweredGraph lower(const Graph& graph, const Platforms& platforms, const SourceTree& sources, Diagnostics& diagnostics,
                   const PlatformConfigs& configs = {}, const ExistingValues& existing = {});

struct PlanInput {
  const std::string& stack;
  const LoweredGraph& desired;       // for a destroy what is declared (its `keep` and `protect` count), or an empty one
  const Snapshot& state;             // its intents already settled, see apply/execute/settle.h
  const Observation& observed;       // of all platforms together
  const Platforms& platforms;        // for the provider types' schemas
  std::vector<std::string> targets;  // addresses of owners (or a prefix up to '[' or '.'); empty: everything
  bool destroy = false;
  std::vector<std::string> replace = {};  // addresses of owners or parts whose objects are made anew in any case
  std::vector<std::string> exclude = {};  // as targets: what to leave alone, with what depends on it
  bool refresh_only = false;              // only let the record say what was found
  std::vector<Imported> imported = {};    // `state` and `observed` are as after these
  std::string loop_commit = {};   // of a loop: what failed for this commit isn't tried again; empty: a person asks
  std::vector<Moved> moved = {};  // `state` is as after these; see planner/decide/moves.h
  std::vector<std::string> noted = {};  // `state` is as after that; for people
  // Of hooks that are recorded and no longer declared; in a destroy of all.
  std::vector<LastRun> last_runs = {};
  // Is the plan about a part of the stack only?
  [[nodiscard]] bool limited() const {
    return !targets.empty() || !exclude.empty() || refresh_only || desired.has_open_platform();
  }
  std::string hash_secret = {};  // HashKey::secret of the state, if something here needs it
  [[nodiscard]] HashKey hash_key() const { return {state.lineage, hash_secret}; }
};

struct PlanReport {
  Plan plan;
  Diagnostics diagnostics;  // a protected resource would be destroyed, a target names nothing …
};
PlanReport make_plan(const PlanInput& input);

// Everything that must hold of any plan, whoever made it: one message for each breach ("step 3 runs before its
// dependency"). Empty is good. Run after every make_plan; a breach is a bug and stops the run (E0699).
std::vector<std::string> check_plan(const Plan& plan, const PlanInput& input);

// The inputs of a lowered resource with every Ref that `find` knows replaced and every Call over known values
// evaluated. `find` returns the outputs (Map) of a lowered resource, or nullptr while they are unknown. A Call that
// fails on its values stays, and `problems` says why ("division by zero").
Value resolve(const Value& inputs, const std::function<const Value*(const Address&)>& find,
              std::vector<std::string>* problems = nullptr);

}  // namespace infra
