// What is to be done next in a deployment: a pure function of the intent, the record and what is seen, called again
// whenever something was seen or done. The rules are ECS's: docs/adr/0021-deployments.md.
#pragma once
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "planner/rollout/deployment.h"

namespace infra {

// A copy as it is seen now. A call that is under way counts as done: a copy that is being created is `starting` and has
// no id yet, one that is being stopped is `stopping`.
struct SeenTask {
  Address address;
  std::string id;
  std::string revision;
  std::string node;
  Health health;
  Moment started = {};    // when it was asked to start
  bool drained = false;   // Drain was done, and the drain time is over
  bool draining = false;  // it has left the load balancer
};

struct Start {  // deployment.start[index], or deployment.back[index] in a rollback
  std::size_t index;
  friend bool operator==(const Start&, const Start&) = default;
};
struct Drain {  // take it out of the load balancer
  Address address;
  std::string id;
  friend bool operator==(const Drain&, const Drain&) = default;
};
struct Stop {
  Address address;
  std::string id;
  bool failed = false;  // a copy that this direction made: counts against the breaker
  std::string why;      // "unhealthy: …", "not healthy after 120 s"
  friend bool operator==(const Stop&, const Stop&) = default;
};
struct RollBack {
  std::string why;  // "3 copies in a row failed", "not complete after 12 min"
  friend bool operator==(const RollBack&, const RollBack&) = default;
};
struct Complete {
  friend bool operator==(const Complete&, const Complete&) = default;
};
struct GiveUp {  // nothing to go back to, or going back failed too
  std::string why;
  friend bool operator==(const GiveUp&, const GiveUp&) = default;
};
using RolloutMove = std::variant<Start, Drain, Stop, RollBack, Complete, GiveUp>;

// Empty: wait. `seen` are the copies of this service only, sorted by address; lost ones are missing. One that the
// deployment doesn't list is a stray (a create of a run that was killed came late): it goes first.
// Complete (of a rollback too: the record says which), RollBack and GiveUp stand alone.
std::vector<RolloutMove> next_moves(const Deployment& deployment, const DeploymentRecord& record,
                                    std::span<const SeenTask> seen, Moment now);

// When next_moves may answer otherwise without anything being seen: the earliest end of a back-off, a start time or the
// deadline after `now`; Moment::max() if none. (The end of a drain is seen: `drained`.)
Moment next_time(const Deployment& deployment, const DeploymentRecord& record, std::span<const SeenTask> seen,
                 Moment now);

// The record after a copy of the wanted revision failed (a Stop with `failed`, or a Start whose call was refused), and
// after one that was starting was seen healthy.
void note_failure(DeploymentRecord& record, const Address& address, Moment now);
void note_healthy(DeploymentRecord& record);
// The record after RollBack: the failures and the time of this direction begin anew.
void note_rollback(DeploymentRecord& record, Moment now);

struct DeploymentProgress {  // for the line that is shown: "3 of 4 new, 4 healthy (floor 2)"
  int wanted = 0, made = 0, healthy_new = 0, healthy = 0, all = 0;
};
DeploymentProgress progress_of(const Deployment& deployment, const DeploymentRecord& record,
                               std::span<const SeenTask> seen);

}  // namespace infra
