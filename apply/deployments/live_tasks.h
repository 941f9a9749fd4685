// The tasks of a service while its deployment is carried out, as far as anybody has seen. Two objects may have one
// address: a run that lost its lease made one before it noticed.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "apply/execute/ledger.h"
#include "planner/rollout/next_moves.h"
#include "providers/provider.h"

namespace infra {

struct LiveTask {
  SeenTask seen;
  std::size_t known_since = 0;  // looks up to this number may have seen it in the middle of a call
  bool busy = false;            // a call about it is under way
  bool counted = false;         // it was seen healthy
  Moment unremoved = {};        // when removing it failed first
  Moment retry = {};            // not tried again before
};

[[nodiscard]] inline bool ends_well(const Health& health) {
  return health.now == Health::healthy || health.now == Health::completed;
}

class LiveTasks {
 public:
  using All = std::map<std::pair<Address, std::string>, LiveTask>;  // by address and id; no id: it is being made

  // Those that the deployment lists and that were observed.
  void know(const Deployment& deployment, const Observation& observed);
  LiveTask& at(const Address& address, const std::string& id) { return all_[{address, id}]; }
  [[nodiscard]] const LiveTask* find(const Address& address, const std::string& id) const;
  // What was being made at the address is there, or isn't.
  LiveTask& made(const Address& address, const std::string& id);
  void drop(const Address& address, const std::string& id) { all_.erase({address, id}); }

  struct LookResult {
    std::vector<Mutation> records;  // what is gone, and outputs that are known now
    int healthy = 0;                // that became so
  };
  // What a look shows of the tasks at one place (a node), or (none) of all. Of calls that ended after it began, it says
  // nothing: `look` is its number.
  LookResult take_look(const Observation& seen, const std::string& place, std::size_t look, Moment now,
                       const Ledger& ledger);

  [[nodiscard]] std::vector<SeenTask> seen() const;  // sorted by address
  [[nodiscard]] bool busy() const;
  [[nodiscard]] std::size_t size() const { return all_.size(); }
  [[nodiscard]] const All& all() const { return all_; }

 private:
  All all_;
};

}  // namespace infra
