#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "planner/rollout/failure.h"
#include "tests/rollout/loop.h"
#include "tests/rollout/toy_plan.h"

namespace infra::test {
namespace {

bool ended(const SeenTask& t) { return t.health.now == Health::stopped || t.health.now == Health::completed; }
bool serving(const SeenTask& t) { return t.health.now == Health::healthy && !t.draining; }
bool going(const SeenTask& t) { return t.health.now == Health::stopping || t.draining; }

bool listed(const auto& list, const Address& address) {
  return std::any_of(list.begin(), list.end(), [&](const auto& t) { return t.address == address; });
}

// One that has to be alone on its node is wanted nowhere else.
bool may_be_at(const std::vector<PlannedTask>& places, const SeenTask& seen) {
  return std::any_of(places.begin(), places.end(), [&](const PlannedTask& place) {
    return place.address == seen.address && (!place.alone || place.node == seen.node);
  });
}

// Made by a coordinator that died, or on a node that was lost: who planned didn't know. Unless a place says that it has
// to be alone, the engine refuses the second port.
bool is_stray(const Deployment& d, bool back, const SeenTask& seen) {
  const auto same = [&](const ExistingTask& t) { return t.address == seen.address && t.id == seen.id; };
  const auto there = [&](const PlannedTask& t) { return t.address == seen.address && t.node == seen.node; };
  return std::none_of(d.stop.begin(), d.stop.end(), same) && std::none_of(d.keep.begin(), d.keep.end(), same) &&
         std::none_of(d.start.begin(), d.start.end(), there) &&
         (!back || std::none_of(d.back.begin(), d.back.end(), there));
}

}  // namespace

// The ceiling holds, the address is free, and no other copy on the node has the host port.
void Loop::check_start(const PlannedTask& task, int node) {
  const int more = world_.more - view_.more;
  int existing = world_.existing() + 1;
  bool port_taken = false;
  for (const auto index : calls_) {
    const auto& call = world_.call(index);
    if (call.kind != Call::create || call.happened || world_.has(call.number, call.node)) continue;
    ++existing;
    port_taken = port_taken || call.node == node;
  }
  const int ceiling = std::max(deployment_->policy.ceiling, deployment_->desired);
  if (existing > ceiling + more) breach(fmt::format("{} copies exist, {} may", existing, ceiling));
  for (const auto& seen : seen_) {
    if (seen.address == task.address) breach("a copy is started at an address that another one has");
    if (seen.node == task.node && !ended(seen) && (task.alone || !is_stray(*deployment_, goes_back(), seen)))
      port_taken = true;
  }
  if (options_.ports && port_taken) breach("two copies with one host port on a node");
}

// The floor holds.
void Loop::check_goes(const SeenTask& task, const char* what) {
  const auto* copy = world_.find(std::stoi(task.id));
  if (copy == nullptr || !serves(*copy)) return;
  int left = world_.serving() - 1;  // of those that can be reached
  for (const auto index : calls_) {
    const auto& call = world_.call(index);
    const auto* target = call.kind == Call::destroy && !call.happened ? world_.find(call.id) : nullptr;
    if (target != nullptr && world_.reachable(*target) && serves(*target)) --left;
  }
  const int floor = std::min(deployment_->policy.floor, deployment_->desired);
  const int allowed = world_.worse - view_.worse + world_.better - view_.better;
  if (left + allowed < floor)
    breach(fmt::format("a healthy copy is {}: {} are left, the floor is {}", what, left, floor));
}

// A drain is as long as asked, and the floor holds.
void Loop::check_stop(const Stop& move) {
  const auto task = std::find_if(seen_.begin(), seen_.end(), [&](const auto& t) { return t.id == move.id; });
  if (task == seen_.end()) return;
  check_goes(*task, "stopped");
  const auto* copy = world_.find(std::stoi(move.id));
  const bool changed = world_.better != view_.better;
  if (copy != nullptr && options_.drain > 0 && !changed) {
    if (serves(*copy)) breach("a copy that serves is stopped without a drain");
    if (copy->drains && copy->now == Health::healthy && world_.now() - *copy->drains < options_.drain * 1000)
      breach("a drain was cut short");
  }
  if (move.failed && serving(*task)) breach("a healthy copy is called failed");
  const bool heals = !move.failed && move.why.empty() && !going(*task);
  if (heals && !serving(*task) && !ended(*task)) check_sick(*task);
}

// Healing: what is sick goes when it is replaced, or one at a time. Not so what a rollback clears away.
void Loop::check_sick(const SeenTask& task) {
  const auto& d = *deployment_;
  if (goes_back() || kept_.record.failures >= d.policy.breaker) return;
  int live = 0;
  std::set<Address> wanted, replaced;  // of two copies with one address one is wanted
  bool in_flight = batch_ > 0;
  for (const auto& seen : seen_) {
    in_flight = in_flight || going(seen);
    if (going(seen) || ended(seen)) continue;
    ++live;
    const bool is_wanted = seen.revision == d.to && seen.id != task.id && !listed(d.stop, seen.address) &&
                           (may_be_at(d.start, seen) || listed(d.keep, seen.address));
    if (!is_wanted) continue;
    wanted.insert(seen.address);
    if (serving(seen)) replaced.insert(seen.address);
    const bool starting = seen.health.now == Health::starting;
    in_flight = in_flight || (starting && !failure_of(seen, true, d.policy, moment(world_.now())));
  }
  const int leaving = live - static_cast<int>(wanted.size());
  const int goal = std::min(d.desired, static_cast<int>(d.start.size()));
  const bool covered = leaving > goal - static_cast<int>(replaced.size());
  if (in_flight && !covered) breach("a second sick copy is stopped before the first is replaced");
}

void Loop::breach(std::string what) {
  tell("BREACH: " + what);
  breaches_.push_back(std::move(what));
}

}  // namespace infra::test
