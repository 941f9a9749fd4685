#include "planner/rollout/next_moves.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "planner/rollout/census.h"
#include "planner/rollout/failure.h"

namespace infra {
namespace {

// Leaving copies by address and by node.
class LeavingIndex {
 public:
  explicit LeavingIndex(const std::vector<const SeenTask*>& leaving) : leaving_(leaving), sorted_(leaving.size()) {
    std::iota(sorted_.begin(), sorted_.end(), std::size_t{0});
    by_node_ = sorted_;
    std::sort(sorted_.begin(), sorted_.end(), [&](auto a, auto b) { return address(a) < address(b); });
    std::sort(by_node_.begin(), by_node_.end(), [&](auto a, auto b) { return leaving_[a]->node < leaving_[b]->node; });
  }
  // Those that have to go before a copy can be started at `place`.
  [[nodiscard]] std::vector<std::size_t> blockers(const PlannedTask& place) const {
    std::vector<std::size_t> out;
    add(place.address, out);
    for (const auto& before : place.after) add(before, out);
    if (place.alone) add_those_on(place.node, out);
    return out;
  }

 private:
  [[nodiscard]] const Address& address(std::size_t i) const { return leaving_[i]->address; }
  void add(const Address& wanted, std::vector<std::size_t>& out) const {
    auto at = std::lower_bound(sorted_.begin(), sorted_.end(), wanted,
                               [&](std::size_t i, const Address& a) { return address(i) < a; });
    for (; at != sorted_.end() && address(*at) == wanted; ++at) out.push_back(*at);
  }
  void add_those_on(const std::string& node, std::vector<std::size_t>& out) const {
    auto at = std::lower_bound(by_node_.begin(), by_node_.end(), node,
                               [&](std::size_t i, const std::string& n) { return leaving_[i]->node < n; });
    for (; at != by_node_.end() && leaving_[*at]->node == node; ++at) out.push_back(*at);
  }
  const std::vector<const SeenTask*>& leaving_;
  std::vector<std::size_t> sorted_, by_node_;
};

// Moves of a deployment that goes on: what failed is cleared away, then copies are started up to the ceiling, then
// stopped down to the floor.
class Round {
 public:
  Round(const Deployment& deployment, const DeploymentRecord& record, const Census& census, Moment now)
      : deployment_(deployment),
        record_(record),
        census_(census),
        now_(now),
        index_(census.leaving),
        left_(census.leaving.size()),
        serving_(census.serving) {}

  std::vector<RolloutMove> take() {
    clear_failed();
    clear_ended();
    start();
    stop_replaced();
    return std::move(moves_);
  }
  // Nothing to do, nothing under way, nothing that time alone would change.
  [[nodiscard]] bool stuck() const { return moves_.empty() && !waiting_; }

 private:
  void clear_failed() {
    for (const auto& copy : census_.wanted) {
      const auto& task = *copy.seen;
      const auto why = failure_of(*copy.seen, copy.kept, deployment_.policy, now_);
      const bool lasting = task.health.now == Health::starting || goes(task);
      if (!why) {
        in_flight_ += lasting ? 1 : 0;
        alive_ += goes(task) ? 0 : 1;
      } else if (!copy.kept) {
        moves_.push_back(Stop{task.address, task.id, true, *why});
      }
    }
    bool old_ones_start = false;
    for (const auto* task : census_.leaving) {
      in_flight_ += goes(*task) ? 1 : 0;
      old_ones_start = old_ones_start ||
                       (task->health.now == Health::starting && !failure_of(*task, true, deployment_.policy, now_));
    }
    waiting_ = in_flight_ > 0 || old_ones_start;
    clear_failed_kept();
  }

  // A copy that was there before has an address that only it can be replaced at. One at a time, unless it has ended. It
  // says nothing about this attempt: a rollback isn't given up because a copy was sick before.
  void clear_failed_kept() {
    for (const auto& copy : census_.wanted) {
      if (!copy.kept || !copy.has_place) continue;
      const auto& task = *copy.seen;
      const auto why = failure_of(*copy.seen, copy.kept, deployment_.policy, now_);
      if (!why || (!ended(task) && (in_flight_ > 0 || !moves_.empty()))) continue;
      moves_.push_back(Stop{task.address, task.id, false, *why});
    }
  }

  void clear_ended() {
    for (std::size_t i = 0; i < census_.leaving.size(); ++i) {
      const auto& task = *census_.leaving[i];
      // Ended, or of the revision that failed and of no use.
      if (ended(task) || (census_.back && !serves(task) && !goes(task))) leave(i);
      if (task.drained && task.health.now != Health::stopping && !ended(task))
        moves_.push_back(Stop{task.address, task.id, false, {}});
    }
  }

  void start() {
    int room = census_.ceiling - static_cast<int>(census_.wanted.size() + census_.leaving.size());
    int missing = census_.goal - alive_;
    int crowded = 0;  // starts that only the ceiling forbids
    for (std::size_t i = 0; i < census_.places->size() && missing > 0; ++i) {
      const auto& place = (*census_.places)[i];
      if (taken(place.address)) continue;
      --missing;
      if (backs_off(place.address)) {
        waiting_ = true;
      } else if (const auto blockers = index_.blockers(place); !blockers.empty()) {
        for (const auto blocker : blockers)
          if (may_go_first(blocker)) leave(blocker);
      } else if (room > 0) {
        --room;
        moves_.push_back(Start{i});
      } else {
        ++crowded;
      }
    }
    make_room(crowded);
  }

  [[nodiscard]] bool taken(const Address& address) const {
    const auto at = std::lower_bound(census_.wanted.begin(), census_.wanted.end(), address,
                                     [](const auto& copy, const Address& a) { return copy.seen->address < a; });
    return at != census_.wanted.end() && at->seen->address == address;
  }
  [[nodiscard]] bool backs_off(const Address& address) const {
    const auto& all = record_.back_off;
    const auto at = std::lower_bound(all.begin(), all.end(), address,
                                     [](const auto& b, const Address& a) { return b.address < a; });
    return at != all.end() && at->address == address && at->until > now_;
  }

  // The ceiling leaves no room for `copies` starts, and nothing under way will: sick copies go, then those that serve,
  // above the floor.
  void make_room(int copies) {
    if (in_flight_ > 0 || !moves_.empty()) return;
    for (const bool serving : {false, true}) {
      for (std::size_t i = 0; i < census_.leaving.size() && copies > 0; ++i) {
        if (serves(*census_.leaving[i]) != serving || !may_go_first(i)) continue;
        leave(i);
        --copies;
      }
    }
  }
  // Whether it may go before its replacement is there. What is sick may still do some of its work: one at a time.
  [[nodiscard]] bool may_go_first(std::size_t leaving) const {
    const auto& task = *census_.leaving[leaving];
    if (goes(task) || left_[leaving]) return false;
    if (serves(task)) return serving_ - 1 >= census_.floor;
    return in_flight_ == 0 && moves_.empty();
  }

  // As many leaving copies as are replaced by ones that serve, sick ones first.
  void stop_replaced() {
    int surplus = -std::max(0, census_.goal - census_.serving_wanted);
    for (std::size_t i = 0; i < census_.leaving.size(); ++i) surplus += goes(*census_.leaving[i]) || left_[i] ? 0 : 1;
    for (const bool serving : {false, true}) {
      for (std::size_t i = 0; i < census_.leaving.size() && surplus > 0; ++i) {
        const auto& task = *census_.leaving[i];
        if (goes(task) || left_[i] || serves(task) != serving) continue;
        if (serving && serving_ - 1 < census_.floor) return;
        leave(i);
        --surplus;
      }
    }
  }

  void leave(std::size_t leaving) {
    const auto& task = *census_.leaving[leaving];
    if (task.id.empty() || left_[leaving]) return;  // with a create under way there is nothing to stop yet
    left_[leaving] = true;
    if (serves(task)) --serving_;
    if (deployment_.policy.drain.count() > 0 && !ended(task)) {
      moves_.push_back(Drain{task.address, task.id});
    } else {
      moves_.push_back(Stop{task.address, task.id, false, {}});
    }
  }

  const Deployment& deployment_;
  const DeploymentRecord& record_;
  const Census& census_;
  const Moment now_;
  std::vector<RolloutMove> moves_;
  const LeavingIndex index_;
  std::vector<bool> left_;  // which leaving copies go by a move of this round
  int serving_;             // after the moves of this round
  int alive_ = 0;           // wanted copies that are healthy or may become so
  int in_flight_ = 0;       // wanted copies that start, and copies that drain or stop
  bool waiting_ = false;
};

// Why the attempt is over, if it is.
std::optional<std::string> tripped(const Deployment& deployment, const DeploymentRecord& record, const Census& census,
                                   Moment now) {
  if (census.serving_wanted >= census.goal) return std::nullopt;  // it got there: only old copies are left to stop
  const auto& policy = deployment.policy;
  if (record.failures >= std::max(1, policy.breaker))
    return record.failures == 1 ? "a copy failed" : fmt::format("{} copies in a row failed", record.failures);
  if (policy.deadline.count() > 0 && now - record.started >= policy.deadline)
    return fmt::format("not complete after {}", time_text(policy.deadline));
  return std::nullopt;
}

bool is_complete(const Census& census) { return census.serving_wanted >= census.goal && census.leaving.empty(); }

// New copies that never got healthy are removed and drains that began are ended; the rest stays as it is. A copy that
// was there before and is starting is waited for: somebody may have restarted it, or an earlier run have made it.
class GivingUp {
 public:
  GivingUp(const Census& census, const DeployPolicy& policy, Moment now) : policy_(policy), now_(now) {
    for (const auto& copy : census.wanted) copy.kept ? clear_old(*copy.seen) : clear_new(*copy.seen);
    for (const auto* task : census.leaving) {
      if (task->drained) stop(*task);
      waiting_ = waiting_ || goes(*task);
      clear_old(*task);
    }
  }
  std::vector<RolloutMove> moves(std::string why) {
    if (!waiting_) moves_.push_back(GiveUp{std::move(why)});
    return std::move(moves_);
  }

 private:
  void clear_new(const SeenTask& task) {
    if (!serves(task)) stop(task);
  }
  void clear_old(const SeenTask& task) {
    if (task.health.now != Health::starting || goes(task)) return;
    failure_of(task, true, policy_, now_) ? stop(task) : void(waiting_ = true);
  }
  void stop(const SeenTask& task) {
    waiting_ = true;
    if (!task.id.empty() && task.health.now != Health::stopping)
      moves_.push_back(Stop{task.address, task.id, false, "the deployment is given up"});
  }

  const DeployPolicy& policy_;
  const Moment now_;
  std::vector<RolloutMove> moves_;
  bool waiting_ = false;
};

std::string stuck_text(const Census& census) {
  return fmt::format(
      "neither a start nor a stop fits: {} of {} copies are healthy, at least {} have to be, and at most {} "
      "may exist",
      census.serving_wanted, census.goal, census.floor, census.ceiling);
}

}  // namespace

std::vector<RolloutMove> next_moves(const Deployment& deployment, const DeploymentRecord& record,
                                    std::span<const SeenTask> seen, Moment now) {
  if (record.status != DeploymentRecord::running && record.status != DeploymentRecord::rolling_back) return {};
  const auto census = take_census(deployment, record, seen);
  if (is_complete(census)) return {Complete{}};
  if (auto why = tripped(deployment, record, census, now)) {
    if (!census.back && deployment.can_roll_back()) return {RollBack{std::move(*why)}};
    return GivingUp(census, deployment.policy, now).moves(std::move(*why));
  }
  Round round(deployment, record, census, now);
  auto moves = round.take();
  if (moves.empty() && round.stuck()) return GivingUp(census, deployment.policy, now).moves(stuck_text(census));
  return moves;
}

}  // namespace infra
