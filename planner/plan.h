// A plan: immutable, sorted, leaves nothing to decide at execution.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/values/resource.h"
#include "base/values/value.h"
#include "planner/rollout/deployment.h"
#include "providers/provider.h"
#include "state/state.h"

namespace infra {

enum class Action {
  no_op,
  create,
  update,   // in place
  replace,  // `create_first` says in which order
  destroy,
  forget,  // no longer declared and `keep`, or gone from the world and no longer declared: only the record goes
  adopt,   // exists in the world with our labels, unknown to the state: only the record comes
};
std::string_view to_text(Action action);

// Why: stable code for --json, and a sentence ("`cidr` can't change in place").
struct Reason {
  enum Code {
    declared_new,
    not_declared,
    input_changed,
    cannot_update,
    gone,
    unhealthy,
    changed_outside,
    dependency_replaced,
    left_over,
    found_unrecorded,
    asked,
    refreshed,
    before_deletion
  } code;
  std::string text;
  friend bool operator==(const Reason&, const Reason&) = default;
};
std::string_view to_text(Reason::Code code);

struct AttributeChange {
  std::string path;  // "image", "env.LOG", "ports[0].host"
  Value before;      // null: was not set
  Value after;       // not known(): shown as (known after apply)
  bool forces_replace = false;
};

// What happens to one object (a lowered resource).
struct Change {
  Address address;
  std::string type;
  std::string platform;
  Action action = Action::no_op;
  bool create_first = false;    // for replace, and for a create on another platform while the old object still stands
  bool deposed = false;         // destroy of an object beside the current one: a left-over, or what moved to another
                                // platform. Its row, if it has one, is found by address and `id`.
  bool drift = false;           // the cause is outside: reality differs from what was recorded
  std::string id;               // of the existing object; empty for a create
  std::vector<Reason> reasons;  // empty only for no_op
  std::vector<AttributeChange> attributes;  // sorted by path
  Value after;                              // inputs, may hold unresolved Refs; null for destroy and forget
  bool orphans = false;                     // a forget of something that stays: its row becomes a mark (orphan.h)
  bool refresh = false;                     // an update of the record alone: it takes over the outputs that were seen
  bool ends = false;                        // a run before a deletion: once it has succeeded, a last step destroys it
  // What the record gets, for a create, update, replace or adopt.
  bool protect = false;
  bool keep = false;
  std::vector<Address> depends_on;  // see LoweredGraph
  // Of a task set: its steps carry out this deployment, index into Plan::deployments.
  std::optional<std::size_t> deployment = {};
};

// One outside call, or one change of the record. Steps are executed as they stand.
// `adopt` writes the record of an object that was observed with Change::id, and calls nobody: a found object's first
// row, or (of an Action::update) a row whose options or dependencies changed and nothing outside.
struct Step {
  enum Kind { create, update, destroy, forget, adopt } kind;
  std::size_t change;              // index into Plan::changes
  std::vector<std::size_t> after;  // indices of steps that must have succeeded; always smaller than its own
  bool deposes = false;            // create of a create-first replacement
};
std::string_view to_text(Step::Kind kind);

// A record that was put under another address before anything was compared (`moved_from`).
struct Moved {
  Address from, to;
  std::string id;
  friend bool operator==(const Moved&, const Moved&) = default;
};

// An object that somebody else made and that is recorded from now on.
struct Imported {
  Address address;
  std::string id;
  friend bool operator==(const Imported&, const Imported&) = default;
};

// A declaration that the run was told to leave out, or that it can't touch without one of those.
struct LeftOut {
  Address owner;
  Address because_of;  // itself, if it was named
};

// What can't be planned before this plan is carried out: the resources on a platform that isn't reached yet.
struct LaterStage {
  std::size_t number = 2;
  std::string platform;
  std::vector<Address> owners;  // on the platform; sorted
  std::vector<Address> behind;  // elsewhere, and in need of one of those; sorted
  std::vector<Ref> waits_for;   // attributes of declarations; "" if only its being there is missing
};

// How a platform can be reached, as this plan leaves it: for those that hold a config which has been worked out.
struct PlatformReach {
  std::string platform;
  bool open = true;      // it isn't part of this plan yet
  bool settled = false;  // what the config refers to is there, and this plan doesn't change it
  Value config;
};

// What a user declared, summed up over its parts: for the tree that is shown.
struct OwnerChange {
  Address address;
  // What happens to all parts, if it is the same for all. Else, and if parts are replaced one after the other so that
  // the whole stays up, update.
  Action action = Action::no_op;
  bool drift = false;
  std::optional<Address> moved_from = {};
  std::vector<std::string> imported = {};  // ids
  std::string doc = {};                    // of its declaration, from ///
  std::vector<std::size_t> changes;        // indices into Plan::changes, sorted by address
};

// What is billed by the hour, whether it is used or not, counted by what it is called.
struct Billed {
  std::string name;  // "NAT gateway"
  std::size_t comes = 0;
  std::size_t goes = 0;
};

struct OutputChange {
  std::string name;
  Value before, after;
  bool secret = false;
};

struct Plan {
  std::string stack;
  std::string lineage;
  Serial serial;              // of the state that it was made from
  bool destroy = false;       // `infra destroy`
  bool refresh_only = false;  // only the record changes
  std::vector<std::string> targets;
  std::vector<LeftOut> left_out;   // sorted by address
  std::vector<Imported> imported;  // sorted by address; recorded before the first step
  std::vector<Moved> moved;        // sorted by the new address; recorded before the first step
  std::vector<std::string> noted;  // "node a of here is drained"; recorded before the first step
  std::vector<Change> changes;     // sorted by address, deposed after current; no_op ones too
  std::vector<Step> steps;
  std::vector<Deployment> deployments;
  std::vector<OwnerChange> owners;    // sorted by address
  std::vector<OutputChange> outputs;  // those that differ, sorted by name
  std::vector<LaterStage> later;      // by number, then platform
  std::vector<PlatformReach> reach;   // by platform
  std::vector<Billed> billed;         // that this plan makes or removes; by name
  std::vector<Diagnostic> warnings;
  [[nodiscard]] bool empty() const;  // nothing to do: no move, no note, no step, no output that differs
  [[nodiscard]] bool drifted() const;
};

}  // namespace infra
