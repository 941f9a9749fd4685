// One deployment while it is carried out: keeps what is seen of the tasks, asks next_moves what to do, and says what
// came of it. Plain bookkeeping without threads; the coordinator makes the calls and writes the journal.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "apply/deployments/deployment_rows.h"
#include "apply/deployments/live_tasks.h"
#include "apply/execute/executor.h"
#include "apply/execute/ledger.h"
#include "apply/execute/worker_pool.h"
#include "planner/rollout/next_moves.h"

namespace infra {

class DeploymentRun {
 public:
  DeploymentRun(const Execution& run, std::size_t step, Ledger& ledger);

  // Works out what the tasks are made from. E0701 if something isn't known.
  Result<Ok> begin(Moment now);
  // What the record gets before the first move.
  [[nodiscard]] std::vector<Mutation> opening_records();

  struct TaskCall {
    Intent intent;
    ProviderCall call;  // without its number
  };
  struct End {
    std::optional<Error> error;  // empty: it is complete
  };
  struct Next {
    std::vector<TaskCall> calls;
    std::optional<ProviderCall> fetch = {};  // without its number; changes nothing that a record has to tell of
    std::vector<Mutation> records;
    std::optional<End> end;
  };
  // How many calls may be begun: stops of tasks, and all others.
  struct Room {
    std::size_t calls = 0, stops = 0;
    bool one_by_one = false;  // stops take the place of calls
    void take_call() { --calls, stops -= one_by_one ? 1 : 0; }
    void take_stop() { --stops, calls -= one_by_one ? 1 : 0; }
  };
  Next next(Moment now, Room room);

  // What came of a call, and what the record gets. A failed create is a failed task, not a failed run.
  // Calls and looks are numbered in one row; `last_number` was given out last: looks up to it began before this.
  std::vector<Mutation> take_outcome(const Intent& intent, const CallOutcome& outcome, std::size_t last_number,
                                     Moment now);
  std::vector<Mutation> take_fetched(const Result<ObjectResult>& result, Moment now);
  // What a look shows, at one place or (none) at all. Of calls that ended after it began, it says nothing: `look` is
  // its number.
  std::vector<Mutation> take_look(const Observation& seen, const std::string& place, std::size_t look, Moment now);

  [[nodiscard]] std::size_t step() const { return step_; }
  [[nodiscard]] const std::string& platform() const { return deployment_.platform; }
  [[nodiscard]] Provider* provider() const { return provider_; }
  [[nodiscard]] bool has_calls() const { return tasks_.busy() || fetching_; }
  [[nodiscard]] std::vector<const RecordedResource*> rows() const;  // of the tasks that exist
  // How it gets on, in a line, if that isn't what was told last.
  std::optional<std::string> news(Moment now);
  // Nobody knows what a call about this task did.
  void lose(const Intent& intent) { tasks_.drop(intent.address, intent.id); }
  [[nodiscard]] std::chrono::steady_clock::time_point began() const { return began_; }

 private:
  [[nodiscard]] const Step& plan_step() const;
  [[nodiscard]] const Change& change() const;
  [[nodiscard]] const Value& inputs_of_direction() const;
  void drop_needless_moves();
  [[nodiscard]] std::vector<CreateRequest> tasks_to_come() const;
  // Nothing is moved before the images are there.
  [[nodiscard]] bool lacks_images() const { return !to_fetch_.empty() || fetching_ || lacks_; }
  Next prepare(Moment now, Room room);
  void restrict_to_step();
  Result<Ok> open_former();
  Result<Ok> hold(Moment now);
  void take_diagnosis(const Address& task, const std::string& text);
  std::optional<TaskCall> start(const PlannedTask& task, Moment now);
  TaskCall stop(const Stop& move);
  [[nodiscard]] std::string waiting_for() const;
  std::vector<Mutation> record_now();
  End complete(std::vector<Mutation>& records, Moment now);
  End give_up(const std::string& why, std::vector<Mutation>& records, Moment now);
  void end_record(DeploymentRecord::Status status, Moment now);
  [[nodiscard]] DeploymentRows rows_now() const {
    return {.change = change(), .deployment = deployment_, .want = want_, .ledger = ledger_, .tasks = tasks_};
  }
  [[nodiscard]] Intent blank_intent(Operation operation, const Address& task, const std::string& id) const;

  const Execution& run_;
  std::size_t step_;
  Ledger& ledger_;
  Provider* provider_ = nullptr;
  Deployment deployment_;
  DeploymentRecord record_;
  RecordedDeployment row_;
  Value want_;    // inputs of the set, wholly known; null: it goes
  Value former_;  // the same with the task of the revision that a rollback goes back to
  LiveTasks tasks_;
  std::vector<CreateRequest> to_fetch_;  // tasks whose images nobody has asked for yet
  bool fetching_ = false;
  std::optional<Error> lacks_;  // why an image couldn't be had
  std::string told_;            // by news
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::string failure_;         // what the last task that failed said
  Address failed_;              // that task
  std::string log_;             // and the end of its log, after a line break
  std::string remedy_;          // of the platform's refusal
  std::optional<Error> stuck_;  // a task couldn't be removed
  bool refused_ = false;        // the platform refused to make it
};

}  // namespace infra
