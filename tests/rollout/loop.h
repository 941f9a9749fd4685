// Who carries deployments out, reduced to what matters: looks, plans, makes moves, dies, and checks each move against
// the world as it really is.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/rollout/rollout_world.h"

namespace infra::test {

// What outlives a coordinator.
struct Kept {
  DeploymentRecord record;
  bool started = false;  // `record` is about `revision`
  int revision = -1;
  int complete = -1;  // the revision that was complete last
};

class Loop {
 public:
  Loop(const WorldOptions& options, World& world);

  void want(int revision);
  void want_copies(int desired);
  void step();
  void die(int back_after_seconds, bool stale);
  void go_blind(int seconds) { blind_until_ = world_.now() + seconds * 1000; }
  void ask_again();  // a person applies what failed or was rolled back

  // When the next step may do something else than the last; kNever: not before the world changes.
  [[nodiscard]] Ms next_time() const;
  [[nodiscard]] bool waits_for_calls() const { return !calls_.empty(); }
  [[nodiscard]] bool rests() const { return !deployment_ && !plan_again_ && calls_.empty(); }
  [[nodiscard]] const Kept& kept() const { return kept_; }
  [[nodiscard]] int wanted() const { return wanted_; }
  [[nodiscard]] int desired() const { return desired_; }
  [[nodiscard]] int moves() const { return moves_; }
  // How often: a campaign in which one of them never came shows nothing.
  struct Seen {
    int drains = 0, failures = 0, rollbacks = 0, give_ups = 0, completes = 0, plans = 0;
  };
  [[nodiscard]] const Seen& happened() const { return happened_; }
  [[nodiscard]] const std::vector<std::string>& breaches() const { return breaches_; }
  [[nodiscard]] std::string state() const;  // what it waits for, for a person
  [[nodiscard]] const std::string& log() const { return log_; }
  void keep_log() { logs_ = true; }

 private:
  void look();
  void take_answers();
  void take_answer(const Call& call);
  void see();
  void plan();
  void note_healthy_ones();
  void make_moves();
  void carry_out(const RolloutMove& move);
  void start(const PlannedTask& task);
  void stop(const Stop& move);
  void end(DeploymentRecord::Status status);
  [[nodiscard]] bool all_well() const;
  [[nodiscard]] bool goes_back() const;  // by the deployment that ran forward until now

  // loop_checks.cpp: each move against the world as it is. What the world did since it was looked at is allowed for.
  void check_start(const PlannedTask& task, int node);
  void check_goes(const SeenTask& task, const char* what);
  void check_stop(const Stop& move);
  void check_sick(const SeenTask& task);
  void breach(std::string what);
  void tell(const std::string& what);

  const WorldOptions& options_;
  World& world_;
  Kept kept_;
  int wanted_ = 0, desired_;
  View view_;
  std::vector<SeenTask> seen_;
  std::vector<std::size_t> calls_;  // under way
  std::map<int, Ms> drains_;        // by id
  std::map<int, Health::Now> before_;
  std::optional<Deployment> deployment_;
  bool plan_again_ = true, stale_ = false;
  Ms blind_until_ = 0;
  int moves_ = 0, batch_ = 0;
  Seen happened_;
  std::vector<std::string> breaches_;
  bool logs_ = false;
  std::string log_;
};

}  // namespace infra::test
