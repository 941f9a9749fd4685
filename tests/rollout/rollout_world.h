// A world of nodes and copies in virtual time, as it really is. Nobody sees it but through look() and calls.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "planner/rollout/next_moves.h"
#include "tests/rollout/option_words.h"

namespace infra::test {

using Ms = std::int64_t;
constexpr Ms kNever = INT64_MAX;

// Of the machine's clock, which doesn't begin with zero.
inline Moment moment(Ms at) { return Moment{std::chrono::milliseconds(at + 1'000'000)}; }

struct Copy {
  int number = 0, id = 0, revision = 0, node = 0;
  Ms asked = 0;  // to start
  Health::Now now = Health::starting;
  int restarts = 0;
  Ms event = kNever;  // when `next` comes
  Health::Now next = Health::healthy;
  std::optional<Ms> drains;  // it left the load balancer then
  bool gone = false;
};

// What a look shows, and when it was so.
struct View {
  Ms at = 0;
  std::vector<Copy> copies;             // by number, then id
  std::set<int> silent;                 // nodes
  int worse = 0, better = 0, more = 0;  // World's counters at that time
};

struct Call {
  enum Kind { create, destroy } kind = create;
  int number = 0, id = 0, revision = 0, node = 0;
  int epoch = 0;              // which coordinator made it
  Ms effect = 0, answer = 0;  // when it comes
  bool happened = false, lost = false;
  enum Outcome { pending, done, refused, exists, port_taken, unreachable, unknown } outcome = pending;
};

class World {
 public:
  explicit World(const WorldOptions& options);

  // Calls are by value: their owner asks for the answers. A dead owner's calls go on.
  std::size_t begin(Call call);
  [[nodiscard]] const Call& call(std::size_t index) const { return calls_[index]; }
  void leave_balancer(int id);
  void join_balancer();  // all copies

  [[nodiscard]] View look() const;
  [[nodiscard]] Ms now() const { return now_; }
  [[nodiscard]] Ms next_event() const;
  void advance(Ms to);

  void strike(const Fault& fault);  // those that are about copies, nodes and calls
  void calm();                      // nodes are up, starts succeed unless the revision is bad
  void coordinator_died() { ++epoch_; }
  [[nodiscard]] int epoch() const { return epoch_; }

  [[nodiscard]] int serving() const;   // that can be reached
  [[nodiscard]] int existing() const;  // the same
  [[nodiscard]] const Copy* find(int id) const;
  [[nodiscard]] bool has(int number, int node) const;  // then an engine refuses another one: names are unique
  [[nodiscard]] bool bad(int revision) const;

  // What happened without the coordinator knowing: copies that stopped serving, that began to, and that appeared.
  int worse = 0, better = 0, more = 0;
  // Its node answers.
  [[nodiscard]] bool reachable(const Copy& copy) const { return silent_.count(copy.node) == 0; }

 private:
  void settle(Copy& copy);
  void plan_start(Copy& copy);
  void take_effect(Call& call);
  void finish_stop(Copy& copy);
  [[nodiscard]] bool outside(const Call& call) const { return call.lost || call.epoch != epoch_; }
  Copy* pick(int which, bool (*suits)(const Copy&));
  std::uint64_t roll(std::uint64_t a, std::uint64_t b = 0) const;

  const WorldOptions& options_;
  Ms now_ = 0;
  int epoch_ = 0, last_id_ = 0;
  bool calm_ = false;
  std::vector<Copy> copies_;
  std::vector<Call> calls_;
  std::size_t settled_calls_ = 0;  // calls before it have happened
  std::set<int> silent_;
  std::optional<Fault> next_call_;  // a fault that waits for a call
};

inline bool serves(const Copy& c) { return c.now == Health::healthy && !c.drains; }

}  // namespace infra::test
