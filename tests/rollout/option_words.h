// What a random world is made of. Each run draws its own (swarm testing): which faults there are at all, how many,
// when.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace infra::test {

struct Fault {
  enum Kind {
    crash,        // a copy ends
    crash_loop,   // a copy ends, and its engine starts it again
    sicken,       // a copy's health check says no
    recover,      // a sick copy is well again
    restart,      // somebody restarts a copy
    remove,       // somebody removes a copy
    node_down,    // what runs there goes on, unseen
    node_up,      // what ran there is seen again
    node_reboot,  // what ran there starts again
    kill,         // the coordinator dies; calls that are under way go on
    stale,        // and whoever comes next sees the world as it was before
    retarget,     // a new revision is wanted
    rescale,      // another count is wanted
    lose_answer,  // the next call has its effect, and its answer is lost
    refuse,       // the next call fails and has no effect
    delay,        // the next call has its effect late
    blind,        // the world can't be looked at for a while
    kinds,
  };
  Kind kind = crash;
  int at = 0;     // seconds
  int which = 0;  // copy, node, revision, count or seconds, as the kind takes it
};

struct WorldOptions {
  std::uint64_t seed = 0;
  int desired = 4, nodes = 3;
  int floor = 2, ceiling = 6, breaker = 3;
  bool rollback = true;
  int drain = 0, deadline = 0, start_time = 60;  // seconds
  bool ports = false;                            // one copy a node, by its host port
  int slowest = 20;                              // seconds until a good copy is healthy
  int pace = 1000;                               // milliseconds between two looks
  int flaky = 0;                                 // percent of starts that fail while there are faults
  std::vector<int> bad;                          // revisions none of whose copies ever gets healthy; 0 is the first
  int kill_at = 0;                               // the coordinator dies at this move; 0: never
  std::vector<Fault> faults;                     // by time
};

WorldOptions draw_options(std::uint64_t seed);
std::string text_of(const WorldOptions& options);

}  // namespace infra::test
