#include "apply/execute/executor.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "apply/deployments/deployment_run.h"
#include "apply/execute/group_commit.h"
#include "apply/execute/journal.h"
#include "apply/execute/ledger.h"
#include "apply/execute/looks.h"
#include "apply/execute/step_call.h"
#include "apply/execute/step_report.h"
#include "apply/execute/step_schedule.h"
#include "apply/execute/waits.h"
#include "apply/execute/worker_count.h"
#include "apply/execute/worker_pool.h"
#include "apply/prepare/hide_secrets.h"
#include "apply/sealed_secrets.h"
#include "base/hash.h"
#include "base/values/codec.h"
#include "planner/decide/runs.h"

namespace infra {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Short enough for a Ctrl-C to be seen at once and for a display to move, long enough to cost nothing.
constexpr milliseconds kTurn{50};

std::unique_ptr<CallRunner> make_pool(const Execution& execution, std::size_t threads, const Cancel& cancel) {
  return execution.calls ? execution.calls(threads, cancel) : std::make_unique<WorkerPool>(threads, cancel);
}

milliseconds since(Clock::time_point begin) { return std::chrono::duration_cast<milliseconds>(Clock::now() - begin); }

class Coordinator {
 public:
  Coordinator(const Execution& execution, const Cancel& cancel, EventSink& events)
      : run_(execution),
        cancel_(cancel),
        events_(events),
        ledger_(execution.state, execution.hash_secret),
        journal_(execution.store, ledger_),
        schedule_(execution.plan.steps),
        steps_(execution.plan, schedule_, cancel, events),
        calls_(execution.plan.steps.size()),
        workers_{.calls = workers_for(execution), .stops = stops_for(execution)},
        looks_(execution, waits_, runs_, ledger_),
        pool_(make_pool(execution, workers_.calls + workers_.stops + looks_for(execution), cancel)) {}

  Result<ApplyReport> run() {
    const auto begin = Clock::now();
    auto told_before = run_.store.listen(listener());
    events_.on(ApplyStarted{run_.plan.steps.size()});
    record(opening_records(run_.plan, run_.desired, ledger_));
    record(run_.prelude);
    while (turn()) events_.tick();
    close();
    run_.store.listen(told_before);
    steps_.skip_untouched();
    auto report = steps_.take();
    run_.state = ledger_.snapshot();
    events_.on(ApplyDone{report.succeeded, report.failed, report.skipped, since(begin)});
    if (broken_) return *std::move(broken_);
    return report;
  }

 private:
  struct Starting {
    Intent intent;
    ProviderCall call;
    DeploymentRun* run = nullptr;  // whose task it is about
  };
  struct Call {
    Intent intent;
    DeploymentRun* run = nullptr;
    bool fetches = false;  // images for it; there is no intent
  };
  [[nodiscard]] const Step& step(std::size_t i) const { return steps_.step(i); }
  [[nodiscard]] Address address(std::size_t i) const { return steps_.address(i); }
  [[nodiscard]] bool stopping() const { return broken_.has_value() || cancel_.draining(); }

  static bool is_stop(const Intent& intent, const DeploymentRun* run) {
    return run != nullptr && intent.operation == Operation::destroy;
  }

  [[nodiscard]] DeploymentRun::Room room() const {
    std::size_t stops = 0;
    for (const auto& [number, call] : under_way_) stops += is_stop(call.intent, call.run) ? 1 : 0;
    for (const auto& starting : starting_) stops += is_stop(starting.intent, starting.run) ? 1 : 0;
    return workers_.left(under_way_.size() + starting_.size(), stops);
  }

  bool turn() {
    const bool idle = schedule_.has_ready() && room().calls != 0 && !stopping();
    take_reports(idle ? milliseconds{0} : kTurn);
    notice_cancel();
    start_ready();
    move_deployments();
    watch_things();
    if (!broken_) commit();
    if (!broken_) stay_leased();
    return !under_way_.empty() || looks_.any() || (!waits_.empty() && !stopping()) || (!runs_.empty() && !broken_) ||
           (schedule_.has_ready() && !stopping());
  }

  void take_reports(milliseconds wait) {
    for (auto& report : pool_->take(wait)) {
      if (auto* note = std::get_if<CallNote>(&report)) {
        const auto at = under_way_.find(note->call);
        if (at == under_way_.end()) continue;
        const auto* run = at->second.run;
        if (run != nullptr && !at->second.fetches) continue;  // a deployment tells how it gets on itself
        const auto of = run != nullptr ? run->step() : note->call;
        events_.on(StepProgress{of, address(of), run_.redactor->clean_foreign(note->text)});
      } else {
        take_outcome(std::get<CallOutcome>(std::move(report)));
      }
    }
  }

  void take_outcome(CallOutcome outcome) {
    if (outcome.seen) return take_look(outcome);
    auto call = std::move(under_way_.extract(outcome.call).mapped());
    if (!outcome.diagnosis.empty()) outcome.diagnosis = run_.redactor->clean_foreign(outcome.diagnosis);
    // Whoever was told to stop at once, or threw, can't say what it left behind: the intent stays, and the next run
    // finds out by observing.
    const bool unknown = !outcome.result && (outcome.panicked || cancel_.aborting());
    if (call.run != nullptr) return take_task_outcome(std::move(call), std::move(outcome), unknown);
    if (outcome.result) {
      auto kept = seal_kept(call.intent, *outcome.result, ledger_.lineage(), run_.keys, *run_.redactor);
      if (!kept) outcome.result = std::move(kept).error();
    }
    if (outcome.result) return take_success(call.intent, std::move(outcome));
    if (!unknown) record(record_failure(call.intent, ledger_));
    fail(outcome.call, outcome.took, run_.redactor->clean(std::move(outcome.result).error()));
  }

  void take_success(const Intent& intent, CallOutcome outcome) {
    const auto* row = intent.operation == Operation::update ? ledger_.current(intent.address) : nullptr;
    auto before = row != nullptr ? std::optional(*row) : std::nullopt;
    record(record_success(intent, *outcome.result, ledger_));
    if (intent.operation == Operation::destroy) return succeed(outcome.call, outcome.took);
    const auto health = outcome.result->health;
    ledger_.remember_outputs(intent.address, std::move(outcome.result->outputs));
    const bool scheduled = runs_once(intent.type) && time_of_run(intent.address);  // a later pass sees how it ends
    if (scheduled || is_settled(health)) return succeed(outcome.call, outcome.took);
    waits_.add({.step = outcome.call,
                .platform = intent.platform,
                .address = intent.address,
                .since = Clock::now(),
                .known_since = calls_,
                .before = std::move(before)});
  }

  void take_task_outcome(Call call, CallOutcome outcome, bool unknown) {
    if (!outcome.result) outcome.result = run_.redactor->clean(std::move(outcome.result).error());
    if (call.fetches) return record(call.run->take_fetched(outcome.result, run_.clock()));
    if (unknown) {
      steps_.mark_interrupted();
      call.run->lose(call.intent);
      return;
    }
    if (outcome.result && call.intent.operation == Operation::create) {
      ledger_.remember_outputs(call.intent.address, outcome.result->outputs);
    }
    const auto outputs = outcome.result ? outcome.result->outputs : Value();
    record(call.run->take_outcome(call.intent, outcome, calls_, run_.clock()));
    if (outcome.result && call.intent.operation == Operation::create) {
      ledger_.remember_outputs(call.intent.address, outputs);
    }
  }

  void take_look(CallOutcome& outcome) {
    const auto [platform, place] = looks_.end(outcome.call);
    if (!*outcome.seen) return;  // no answer now: asked again
    auto& seen = **outcome.seen;
    clean_observed(seen, *run_.redactor);
    for (auto& run : runs_) {
      if (run->platform() == platform) record(run->take_look(seen, place, outcome.call, run_.clock()));
    }
    for (auto& verdict : waits_.take_look(platform, seen, outcome.call, ledger_)) take_verdict(std::move(verdict));
  }

  void take_verdict(Waits::Verdict verdict) {
    record(verdict.records);
    if (verdict.outputs) ledger_.remember_outputs(verdict.address, *std::move(verdict.outputs));
    if (!verdict.over) {
      if (!verdict.progress.empty()) events_.on(StepProgress{verdict.step, address(verdict.step), verdict.progress});
    } else if (verdict.error) {
      fail(verdict.step, verdict.took, run_.redactor->clean(*std::move(verdict.error)));
    } else {
      succeed(verdict.step, verdict.took);
    }
  }

  void move_deployments() {
    if (broken_) return;
    for (auto at = runs_.begin(); at != runs_.end();) {
      if (move(**at)) {
        ended_.push_back(std::move(*at));  // calls may still speak of it
        at = runs_.erase(at);
      } else {
        ++at;
      }
    }
  }

  // True: it has ended, one way or the other.
  bool move(DeploymentRun& run) {
    if (stopping()) {
      if (run.has_calls()) return false;
      steps_.leave(run.step());
      return true;
    }
    auto next = run.next(run_.clock(), room());
    record(next.records);
    if (next.fetch) fetch(run, *std::move(next.fetch));
    for (auto& task : next.calls) {
      task.call.call = ++calls_;
      starting_.push_back({std::move(task.intent), std::move(task.call), &run});
    }
    tell_progress(run);
    if (!next.end) return false;
    if (next.end->error) {
      fail(run.step(), since(run.began()), run_.redactor->clean(*std::move(next.end->error)));
    } else {
      succeed(run.step(), since(run.began()));
    }
    return true;
  }

  // Changes nothing outside that a later run would have to know of: no intent comes before it, and no Ctrl-C waits.
  void fetch(DeploymentRun& run, ProviderCall call) {
    call.call = ++calls_;
    call.cancel = &fetching_;
    under_way_.emplace(call.call, Call{.intent = {}, .run = &run, .fetches = true});
    pool_->start(std::move(call));
  }

  void tell_progress(DeploymentRun& run) {
    if (auto text = run.news(run_.clock())) steps_.progress(run.step(), *std::move(text));
  }

  void watch_things() {
    if (broken_) return;
    for (auto& look : looks_.begin(calls_, !under_way_.empty())) pool_->start(std::move(look));
  }

  void notice_cancel() {
    const int level = cancel_.aborting() ? Cancel::abort : cancel_.draining() ? Cancel::drain : Cancel::none;
    if (level <= seen_cancel_) return;
    seen_cancel_ = level;
    fetching_.set(Cancel::abort);
    const auto changes =
        std::count_if(under_way_.begin(), under_way_.end(), [](const auto& c) { return !c.second.fetches; });
    events_.on(Draining{static_cast<std::size_t>(changes), level == Cancel::abort});
  }

  void start_ready() {
    while (!stopping() && room().calls != 0) {
      const auto next = schedule_.next();
      if (!next) return;
      if (calls_nobody(step(*next))) {
        change_record(*next);
      } else if (run_.plan.changes[step(*next).change].deployment) {
        deploy(*next);
      } else {
        prepare(*next);
      }
    }
  }

  [[nodiscard]] bool calls_nobody(const Step& step) const {
    return step.kind == Step::forget || step.kind == Step::adopt || run_.plan.changes[step.change].type == kDeleteHook;
  }

  void change_record(std::size_t i) {
    auto mutations = record_only(run_, step(i), ledger_);
    if (!mutations) return fail(i, milliseconds{0}, std::move(mutations).error());
    record(*mutations);
    succeed(i, milliseconds{0});
  }

  void prepare(std::size_t i) {
    auto prepared = prepare_call(run_, i, ledger_);
    if (!prepared) return fail(i, milliseconds{0}, std::move(prepared).error());
    starting_.push_back({std::move(prepared->intent), std::move(prepared->call)});
  }

  void deploy(std::size_t i) {
    auto run = std::make_unique<DeploymentRun>(run_, i, ledger_);
    if (auto begun = run->begin(run_.clock()); !begun) return fail(i, milliseconds{0}, std::move(begun).error());
    record(run->opening_records());
    steps_.begin(i);
    runs_.push_back(std::move(run));
  }

  void record(const std::vector<Mutation>& mutations) { journal_.add(mutations); }
  void succeed(std::size_t i, milliseconds took) { steps_.succeed(i, took); }
  void fail(std::size_t i, milliseconds took, Error error) { steps_.fail(i, took, std::move(error)); }

  // Outcomes and the intents of what starts next, then the calls themselves.
  void commit() {
    std::vector<Mutation> intents;
    for (const auto& starting : starting_) {
      intents.emplace_back(PutIntent{starting.intent});
      if (starting.run == nullptr) steps_.begin(starting.call.call);
    }
    if (auto written = journal_.commit(intents); !written) return give_up(std::move(written).error());
    steps_.tell();
    for (auto& starting : starting_) dispatch(std::move(starting));
    starting_.clear();
  }

  void stay_leased() {
    if (auto renewed = journal_.stay_leased(); !renewed) give_up(std::move(renewed).error());
  }

  void dispatch(Starting starting) {
    const auto i = starting.call.call;
    ledger_.apply(PutIntent{starting.intent});
    under_way_.emplace(i, Call{std::move(starting.intent), starting.run});
    pool_->start(std::move(starting.call));
  }

  // The state can't be written. What was about to start doesn't; what is known stays for a last attempt.
  void give_up(Error error) {
    broken_ = std::move(error);
    steps_.drop_begun();
    for (const auto& starting : starting_) {
      if (starting.run == nullptr) steps_.skip_unwritten(starting.call.call);
    }
    starting_.clear();
  }

  void close() {
    if (!broken_) commit();
    if (!broken_) {
      auto closed = journal_.close(run_.plan, run_.desired);
      if (closed) return;
      broken_ = std::move(closed).error();
    }
    for (const auto& run : runs_) fail(run->step(), since(run->began()), *broken_);
    const auto rescued = journal_.rescue();
    if (rescued.how == GroupCommit::Rescue::lost) {
      broken_ = steps_.tell_unrecorded(*std::move(broken_));
      return;
    }
    tell_rescue(*broken_, rescued);
    steps_.tell();
  }

  // While a commit waits for a database that is away, the coordinator sits in it: its words go to the sink from there.
  Listener listener() {
    return {.say = [this](const std::string& text) { events_.on(StateNotice{text}); },
            .go_on = [this] { return !cancel_.aborting(); }};
  }

  const Execution& run_;
  const Cancel& cancel_;
  EventSink& events_;
  Ledger ledger_;
  GroupCommit journal_;
  Schedule schedule_;
  StepReport steps_;
  std::size_t calls_;  // the last number that was given out
  Workers workers_;
  std::unordered_map<std::size_t, Call> under_way_;   // by number of the call; a step's is its own
  std::vector<std::unique_ptr<DeploymentRun>> runs_;  // deployments that go on
  std::vector<std::unique_ptr<DeploymentRun>> ended_;
  Waits waits_;
  std::vector<Starting> starting_;
  std::optional<Error> broken_;
  int seen_cancel_ = Cancel::none;
  Cancel fetching_;                   // of images
  Looks looks_;                       // they take workers of their own, so that no call waits for one
  std::unique_ptr<CallRunner> pool_;  // last: its threads end before anything else does
};

}  // namespace

Result<ApplyReport> execute(const Execution& execution, const Cancel& cancel, EventSink& events) {
  return Coordinator(execution, cancel, events).run();
}

}  // namespace infra
