// What is recorded: plain values, no I/O.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/values/resource.h"
#include "base/values/value.h"

namespace infra {

// Grows by one with every committed transaction.
struct Serial {
  std::uint64_t value = 0;
  friend auto operator<=>(Serial, Serial) = default;
};

// One object that we made. `deposed`: it was replaced create-first and waits for its deletion; an address has at most
// one row that isn't deposed.
struct RecordedResource {
  Address address;
  std::string type;
  std::string platform;
  std::string id;
  bool deposed = false;
  bool protect = false;
  bool keep = false;  // when its declaration is gone it is forgotten, not destroyed
  std::string spec_hash;
  std::string
      inputs;  // base/values/codec.h lossless JSON, decoded only when something differs; secrets as keyed hashes
  std::string outputs;              // the same
  std::vector<Address> depends_on;  // for the order of deletion
  friend bool operator==(const RecordedResource&, const RecordedResource&) = default;
};

enum class Operation { create, update, destroy };
std::string_view to_text(Operation operation);

// Written before an outside change, removed in the transaction that records its outcome. One that is found at the start
// of a run belongs to a run that died.
struct Intent {
  std::string token;  // unique; in the object's label for a create
  Operation operation = Operation::create;
  Address address;
  std::string type;
  std::string platform;
  std::string id;         // the object that is updated or destroyed; empty for a create
  std::string spec_hash;  // of `inputs`
  std::string inputs;     // lossless JSON of what was asked for
  bool protect = false;
  bool keep = false;
  bool deposes = false;  // a create-first replacement: success deposes the current row
  std::vector<Address> depends_on;
  std::uint64_t fence = 0;  // the lease of the run that began it
  friend bool operator==(const Intent&, const Intent&) = default;
};

struct RecordedOutput {
  std::string name;
  std::string value;  // lossless JSON
  bool secret = false;
  friend bool operator==(const RecordedOutput&, const RecordedOutput&) = default;
};

// A platform that recorded objects live on, kept so that they can be deleted after its declaration is gone.
struct RecordedPlatform {
  std::string name;
  std::string kind;
  std::string config;  // lossless JSON; secrets as hashes
  friend bool operator==(const RecordedPlatform&, const RecordedPlatform&) = default;
};

// Who holds a lease, in words for those who have to wait.
struct LockHolder {
  std::string user, host, command;
  int process = 0;
  std::string since;  // RFC 3339
  friend bool operator==(const LockHolder&, const LockHolder&) = default;
};

// The right of a living run to change a part of the state. `fence` grows with every lease and is checked at each write:
// who was paused until its lease ended can't write any more.
struct Lease {
  std::uint64_t fence = 0;
  LockHolder holder;
  friend bool operator==(const Lease&, const Lease&) = default;
};

// A secret that the stack keeps: never in clear.
struct RecordedSecret {
  std::string name;
  std::string key;      // which key can open the box
  std::string box;      // base64; see state/keyring.h
  std::string updated;  // RFC 3339
  friend bool operator==(const RecordedSecret&, const RecordedSecret&) = default;
};

// What a task of one revision is made from, sealed with the state's key: it holds secrets.
struct SealedRevision {
  std::string revision;
  std::string box;  // base64; see base/secrets/keyring.h
  friend bool operator==(const SealedRevision&, const SealedRevision&) = default;
};

// How a service's last deployment went or goes. No position is kept: that follows from what is observed.
struct RecordedDeployment {
  std::string name;  // of the service: "service.api"
  std::string platform;
  std::string from, to;                   // revisions; empty `from`: the first deployment
  std::string status;                     // "running" "rolling_back" "completed" "rolled_back" "failed"
  int failures = 0;                       // consecutive failed tasks
  std::string started;                    // RFC 3339; of this direction
  std::string ended;                      // empty: it isn't
  std::string reason;                     // why it failed, with the end of the failing task's log
  std::string commit;                     // whose files asked for it, if a loop did; empty: a person
  std::string back_off;                   // JSON: [[address, failures, until in ms since 1970], …]
  std::vector<SealedRevision> revisions;  // that a rollback may go back to, the newest first
  friend bool operator==(const RecordedDeployment&, const RecordedDeployment&) = default;
};

// What a person or a loop has decided or seen of a thing, and no file and no object says. One of a topic and name.
// Topics: see state/notes.h.
struct RecordedNote {
  std::string topic;  // "drained"
  std::string name;   // of what it is about: "laptop/a"
  std::string at;     // RFC 3339
  std::int64_t number = 0;
  std::string text;
  friend bool operator==(const RecordedNote&, const RecordedNote&) = default;
};

struct Snapshot {
  std::string lineage;  // random, for the life of this state
  std::string stack;
  Serial serial;
  std::string hash_key;                         // in a box: what secrets are hashed with; empty: the lineage
  std::vector<RecordedResource> resources;      // sorted by address, deposed last
  std::vector<Intent> intents;                  // sorted by token
  std::vector<RecordedOutput> outputs;          // sorted by name
  std::vector<RecordedPlatform> platforms;      // sorted by name
  std::vector<RecordedSecret> secrets;          // sorted by name
  std::vector<RecordedDeployment> deployments;  // sorted by name
  std::vector<RecordedNote> notes;              // sorted by topic, name
  std::vector<Lease> leases;                    // of other runs that live, by fence
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

}  // namespace infra
