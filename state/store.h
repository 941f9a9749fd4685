// Where state is kept. One interface; tests/state holds every store to one contract.
#pragma once
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
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
using Mutation = std::variant<PutIntent, DropIntent, PutResource, DeposeResource, DropResource, PutOutputs, PutPlatform,
                              DropPlatform, SetStack>;

// Held by a run that changes things; freed by its destructor and by the death of its process.
class StateLock {
 public:
  virtual ~StateLock() = default;
};

struct LockHolder {
  std::string user, host, command;
  int process = 0;
  std::string since;  // RFC 3339
};

class Store {
 public:
  virtual ~Store() = default;
  // Never waits for a lock: readers see the last committed transaction.
  virtual Result<Snapshot> load() = 0;
  // E0501 names the holder.
  virtual Result<std::unique_ptr<StateLock>> lock(const LockHolder& me) = 0;
  // One transaction, durable when this returns; the serial grows by one. Needs the lock.
  virtual Result<Serial> commit(const std::vector<Mutation>& batch) = 0;
};

}  // namespace infra
