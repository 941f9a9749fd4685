// Where state is kept. One interface; tests/state holds every store to one contract.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "state/revision.h"
#include "state/state.h"

namespace infra {

// One change of the state. A batch is one transaction: all of it is durable, or none.
struct PutIntent {
  Intent intent;
};
struct DropIntent {
  std::string token;
};
struct PutResource {
  RecordedResource resource;
};  // replaces the row of the same address and deposed == false
struct DeposeResource {
  Address address;
};  // the current row becomes deposed
struct DropResource {
  Address address;
  std::string id;
};  // the row with this id, deposed or not
struct PutOutputs {
  std::vector<RecordedOutput> outputs;
};  // all of them, replacing what was there
struct PutPlatform {
  RecordedPlatform platform;
};
struct DropPlatform {
  std::string name;
};
struct SetStack {
  std::string name;
};
struct SetLineage {
  std::string lineage;
};  // this state becomes another one: `infra state push --force`
struct SetHashKey {
  std::string box;
};
struct PutSecret {
  RecordedSecret secret;
};
struct DropSecret {
  std::string name;
};
struct PutDeployment {
  RecordedDeployment deployment;
};  // replaces the row of the same service
struct DropDeployment {
  std::string name;
};
struct PutNote {
  RecordedNote note;
};  // replaces the row of the same topic and name
struct DropNote {
  std::string topic, name;
};
struct PutRevision {
  Revision revision;
};  // replaces the row of the same number
using Mutation = std::variant<PutIntent, DropIntent, PutResource, DeposeResource, DropResource, PutOutputs, PutPlatform,
                              DropPlatform, SetStack, SetLineage, SetHashKey, PutSecret, DropSecret, PutDeployment,
                              DropDeployment, PutNote, DropNote, PutRevision>;

// The part of the state that a lease is for.
struct LeaseScope {
  struct Item {
    std::string address;    // of a declaration: "service.api"
    bool exclusive = true;  // false: read only, which many may
    friend auto operator<=>(const Item&, const Item&) = default;
  };
  bool everything = true;
  std::vector<Item> items = {};  // sorted, one for each address, if not everything
};

// Held by a run that changes things: a lease on its part of the state. Freed by its destructor; by the death of its
// process, which others on the same machine see at once; and by not being renewed for kLeaseLife, wherever its holder
// is. Every commit renews it. The store must live longer.
constexpr std::chrono::seconds kLeaseLife{30};

class StateLock {
 public:
  virtual ~StateLock() = default;
  [[nodiscard]] virtual std::uint64_t fence() const { return 0; }
};

struct StateVersion {
  std::string lineage;
  Serial serial;
  friend bool operator==(const StateVersion&, const StateVersion&) = default;
};

// Who is told what happens between a store and a place that is far away.
struct Listener {
  std::function<void(const std::string&)> say = {};  // it waits for the place; it took in what was set aside
  std::function<bool()> go_on = {};                  // false: don't wait any longer
};

class Store {
 public:
  virtual ~Store() = default;
  // Never waits for a lease: readers see the last committed transaction.
  virtual Result<Snapshot> load() = 0;
  // Doesn't wait. E0501 names the holder of a lease on a part of it.
  virtual Result<std::unique_ptr<StateLock>> lock(const LockHolder& me, const LeaseScope& scope) = 0;
  Result<std::unique_ptr<StateLock>> lock(const LockHolder& me) { return lock(me, LeaseScope{}); }
  // Of the lease that this store holds; 0: none.
  [[nodiscard]] virtual std::uint64_t fence() const = 0;
  // One transaction, durable when this returns; the serial grows by one. Needs a lease; E0508 if it has ended and
  // somebody else has taken its place.
  virtual Result<Serial> commit(const std::vector<Mutation>& batch) = 0;
  // The same, but only if nobody has committed since `expected`: else nothing happens, and nullopt.
  virtual Result<std::optional<Serial>> commit_if(Serial expected, const std::vector<Mutation>& batch) = 0;
  // Which state, and its last commit: cheap, for who wants to know whether anything has changed.
  virtual Result<StateVersion> version() = 0;
  // For times without commits. E0508 as above.
  virtual Result<Ok> renew() = 0;
  // Ends somebody's lease by force: `infra state unlock`. False if there is none of this number.
  virtual Result<bool> break_lease(std::uint64_t fence) = 0;

  // Numbers a new revision and keeps its sources. Needs a lease.
  virtual Result<std::uint64_t> begin_revision(const Revision& revision, const SourceTexts& sources) = 0;
  virtual Result<std::vector<Revision>> history() = 0;  // the oldest first
  // E0509 if there is no revision of this number.
  virtual Result<SourceTexts> sources_of(std::uint64_t revision) = 0;

  // Returns the one before.
  virtual Listener listen(const Listener&) { return {}; }
  // When a commit couldn't be made and the run must end: keeps the outcomes of a batch in a file, for the next lock to
  // take in. The file's path, or nullopt if this store has no place for it.
  virtual Result<std::optional<std::string>> set_aside(const std::vector<Mutation>&) {
    return std::optional<std::string>();
  }
};

}  // namespace infra
