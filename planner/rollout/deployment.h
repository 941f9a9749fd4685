// A service on its way from one revision and count to another. The plan states the intent: every copy that may ever be
// started or stopped, and where. next_moves.h decides when, from what is observed.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/values/address.h"
#include "providers/health.h"

namespace infra {

// Counts, worked out from min, max and the desired count as ECS does (facts/rollout.h).
struct DeployPolicy {
  int floor = 0;                             // while healthy copies are at or below it, no healthy one is stopped
  int ceiling = 1;                           // so many copies exist at most at a time, stopping ones included
  int breaker = 3;                           // so many consecutive failures of new copies end the attempt
  bool rollback = true;                      // then go back to `from`, if there is one; else give up
  std::chrono::milliseconds start{120'000};  // a copy that isn't healthy after that has failed
  std::chrono::milliseconds drain{0};        // between leaving the load balancer and SIGTERM
  std::chrono::milliseconds deadline{0};     // for the whole; 0: none
  friend bool operator==(const DeployPolicy&, const DeployPolicy&) = default;
};

// A copy that a deployment may start. Its address is free, or becomes free when a copy that it replaces has gone.
struct PlannedTask {
  Address address;  // service.api/4
  std::string node;
  std::vector<Address> after = {};  // copies that must have gone first: they hold its room
  bool alone = false;               // it has a host port: no copy that goes may be on its node any more
  friend bool operator==(const PlannedTask&, const PlannedTask&) = default;
};

// A copy that exists, or is recorded and can't be seen (its node doesn't answer: `lost`).
struct ExistingTask {
  Address address;
  std::string id;
  std::string node;
  std::string revision;
  bool lost = false;     // counts as gone, and nobody tries to stop it
  bool drained = false;  // it goes because its node is drained, and for nothing else
  friend bool operator==(const ExistingTask&, const ExistingTask&) = default;
};

struct Deployment {
  Address service;  // service.api
  std::string platform;
  std::string from;  // revision that ran last and was complete; empty: none
  std::string to;    // empty: known only when it is carried out
  // A loop holds this service, because the deployment of its commit failed: what ran before is kept running at `from`,
  // which is `to` then, and nothing of it is recorded as a deployment.
  bool held = false;
  int desired = 1;  // copies of `to` in the end
  DeployPolicy policy;
  // Copies of `to`, in the order in which they are started. Places of `keep` may be among them: such a copy is made
  // anew if it fails meanwhile. A kept copy without a place that fails is left to the next plan.
  std::vector<PlannedTask> start;
  std::vector<ExistingTask> keep;  // copies of `to` that stay
  std::vector<ExistingTask> stop;  // copies that go, in the order in which they are stopped
  // Addresses are distinct within `start` and within `back`.
  // What a rollback may make anew: the places of `stop`'s copies of `from`, then free ones up to `desired`. `after`
  // names copies of `start` and `keep` here.
  std::vector<PlannedTask> back;
  friend bool operator==(const Deployment&, const Deployment&) = default;
  // A rollback needs another revision to go back to, and something that can be made of it.
  [[nodiscard]] bool can_roll_back() const { return policy.rollback && !from.empty() && from != to && !back.empty(); }
};

// What is recorded of a deployment, so that whoever goes on after a kill knows. No position: that follows from what is
// observed.
struct DeploymentRecord {
  enum Status { running, rolling_back, completed, rolled_back, failed } status = running;
  int failures = 0;     // consecutive ones of the revision that it is going to now
  Moment started = {};  // of this direction: a rollback begins anew
  // Copies that failed wait before they are started again: 15 s, doubling, at most 5 min.
  struct BackOff {
    Address address;
    int failures = 0;
    Moment until = {};
    friend bool operator==(const BackOff&, const BackOff&) = default;
  };
  std::vector<BackOff> back_off = {};  // sorted by address
  [[nodiscard]] bool goes_back() const { return status == rolling_back || status == rolled_back; }
  friend bool operator==(const DeploymentRecord&, const DeploymentRecord&) = default;
};

}  // namespace infra
