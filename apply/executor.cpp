#include "apply/executor.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "apply/journal.h"
#include "apply/ledger.h"
#include "apply/schedule.h"
#include "apply/step_call.h"
#include "apply/worker_pool.h"
#include "base/hash.h"

namespace infra {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Short enough for a Ctrl-C to be seen at once and for a display to move, long enough to cost nothing.
constexpr milliseconds kTurn{50};

milliseconds since(Clock::time_point begin) { return std::chrono::duration_cast<milliseconds>(Clock::now() - begin); }

std::size_t workers_for(const Execution& execution) {
  const auto wanted = static_cast<std::size_t>(std::max(execution.parallelism, 1));
  return std::clamp<std::size_t>(execution.plan.steps.size(), 1, wanted);
}

std::string_view verb(Step::Kind kind) {
  switch (kind) {
    case Step::create:
      return "create";
    case Step::update:
      return "update";
    case Step::destroy:
      return "destroy";
    case Step::forget:
      return "forget";
    case Step::adopt:
      return "adopt";
  }
  return "";
}

class Coordinator {
 public:
  Coordinator(const Execution& execution, const Cancel& cancel, EventSink& events)
      : run_(execution),
        cancel_(cancel),
        events_(events),
        ledger_(execution.state, execution.hash_secret),
        schedule_(execution.plan.steps),
        workers_(workers_for(execution)),
        pool_(execution.calls ? execution.calls(workers_, cancel) : std::make_unique<WorkerPool>(workers_, cancel)) {}

  Result<ApplyReport> run() {
    const auto begin = Clock::now();
    auto told_before = run_.store.listen(listener());
    events_.on(ApplyStarted{run_.plan.steps.size()});
    record(opening_records(run_.plan, run_.desired, ledger_));
    record(run_.prelude);
    while (turn()) events_.tick();
    close();
    run_.store.listen(std::move(told_before));
    skip_untouched();
    std::sort(report_.failures.begin(), report_.failures.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    run_.state = ledger_.snapshot();
    events_.on(ApplyDone{report_.succeeded, report_.failed, report_.skipped, since(begin)});
    if (broken_) return *std::move(broken_);
    return std::move(report_);
  }

 private:
  // A step whose outcome is in the batch: told to the sink when the batch is durable.
  struct Finished {
    std::size_t step;
    milliseconds took;
    std::optional<Error> error;
  };
  struct Starting {
    Intent intent;
    ProviderCall call;
  };

  [[nodiscard]] const Step& step(std::size_t i) const { return run_.plan.steps[i]; }
  [[nodiscard]] const Address& address(std::size_t i) const { return run_.plan.changes[step(i).change].address; }
  [[nodiscard]] bool stopping() const { return broken_.has_value() || cancel_.draining(); }

  bool turn() {
    const bool idle = under_way_.empty() || (schedule_.has_ready() && under_way_.size() < workers_ && !stopping());
    take_reports(idle ? milliseconds{0} : kTurn);
    notice_cancel();
    start_ready();
    if (!broken_) commit();
    if (!broken_) stay_leased();
    return !under_way_.empty() || (schedule_.has_ready() && !stopping());
  }

  void take_reports(milliseconds wait) {
    for (auto& report : pool_->take(wait)) {
      if (auto* note = std::get_if<CallNote>(&report)) {
        events_.on(StepProgress{note->step, address(note->step), run_.redactor->clean_foreign(note->text)});
      } else {
        take_outcome(std::get<CallOutcome>(std::move(report)));
      }
    }
  }

  void take_outcome(CallOutcome outcome) {
    auto intent = std::move(under_way_.extract(outcome.step).mapped());
    if (outcome.result) {
      record(record_success(intent, *outcome.result, ledger_));
      if (intent.operation != Operation::destroy) {
        ledger_.remember_outputs(intent.address, std::move(outcome.result->outputs));
      }
      return succeed(outcome.step, outcome.took);
    }
    // Whoever was told to stop at once, or threw, can't say what it left behind: the intent stays, and the next run
    // finds out by observing.
    const bool unknown = outcome.panicked || cancel_.aborting();
    if (!unknown) record(record_failure(intent, ledger_));
    fail(outcome.step, outcome.took, run_.redactor->clean(std::move(outcome.result).error()));
  }

  void notice_cancel() {
    const int level = cancel_.aborting() ? Cancel::abort : cancel_.draining() ? Cancel::drain : Cancel::none;
    if (level <= seen_cancel_) return;
    seen_cancel_ = level;
    events_.on(Draining{under_way_.size(), level == Cancel::abort});
  }

  void start_ready() {
    while (!stopping() && under_way_.size() + starting_.size() < workers_) {
      const auto next = schedule_.next();
      if (!next) return;
      if (step(*next).kind == Step::forget || step(*next).kind == Step::adopt) {
        change_record(*next);
      } else {
        prepare(*next);
      }
    }
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

  void record(const std::vector<Mutation>& mutations) {
    ledger_.apply(mutations);
    outcomes_.insert(outcomes_.end(), mutations.begin(), mutations.end());
  }

  // What a step's success frees is in the same batch as its outcome, so the schedule goes on before the commit.
  void succeed(std::size_t i, milliseconds took) {
    schedule_.succeed(i);
    finished_.push_back({i, took, std::nullopt});
  }

  void fail(std::size_t i, milliseconds took, Error error) { finished_.push_back({i, took, std::move(error)}); }

  // The group commit: outcomes and the intents of what starts next, then the steps themselves.
  void commit() {
    auto batch = outcomes_;
    for (const auto& starting : starting_) batch.push_back(PutIntent{starting.intent});
    if (!batch.empty()) {
      auto serial = run_.store.commit(batch);
      if (!serial) return give_up(std::move(serial).error());
      ledger_.set_serial(*serial);
      renewed_ = Clock::now();
    }
    outcomes_.clear();
    tell_finished();
    for (auto& starting : starting_) dispatch(std::move(starting));
    starting_.clear();
  }

  // A commit does that by itself; a long call of a provider goes without.
  void stay_leased() {
    if (Clock::now() - renewed_ < kLeaseLife / 3) return;
    auto renewed = run_.store.renew();
    if (!renewed) return give_up(std::move(renewed).error());
    renewed_ = Clock::now();
  }

  void dispatch(Starting starting) {
    const auto i = starting.call.step;
    ledger_.apply(PutIntent{starting.intent});
    under_way_.emplace(i, std::move(starting.intent));
    events_.on(StepStarted{i, address(i), step(i).kind});
    pool_->start(std::move(starting.call));
  }

  void tell_finished() {
    for (auto& finished : std::exchange(finished_, {})) tell(std::move(finished));
  }

  void tell(Finished finished) {
    const auto i = finished.step;
    if (!finished.error) {
      ++report_.succeeded;
      return events_.on(StepDone{i, address(i), step(i).kind, finished.took});
    }
    ++report_.failed;
    if (cancel_.aborting()) report_.interrupted = true;
    events_.on(StepFailed{i, address(i), step(i).kind, *finished.error, finished.took});
    report_.failures.emplace_back(address(i), *std::move(finished.error));
    for (const auto skipped : schedule_.fail(i)) skip(skipped, why_skipped(skipped, i), false);
  }

  [[nodiscard]] std::string why_skipped(std::size_t skipped, std::size_t failed) const {
    if (address(skipped) != address(failed)) return fmt::format("waits for {}, which failed", address(failed).text());
    if (step(skipped).kind == Step::destroy) return "stays, because its replacement failed";
    return "waits for the removal of the old one, which failed";
  }

  void skip(std::size_t i, std::string reason, bool interrupted) {
    ++report_.skipped;
    events_.on(StepSkipped{i, address(i), step(i).kind, std::move(reason), interrupted});
  }

  // The state can't be written. What was about to start doesn't; what is known stays for a last attempt.
  void give_up(Error error) {
    broken_ = std::move(error);
    for (const auto& starting : starting_) skip(starting.call.step, kNotBegun, false);
    starting_.clear();
  }

  // Others may have changed other parts meanwhile: outputs and platforms are worked out from everything that is
  // recorded at the moment of writing.
  Result<Ok> write_closing_records() {
    for (;;) {
      auto now = run_.store.version();
      if (!now) return std::move(now).error();
      if (now->serial != ledger_.serial()) {
        auto fresh = run_.store.load();
        if (!fresh) return std::move(fresh).error();
        ledger_.take_over(*std::move(fresh));
      }
      const auto batch = closing_records(run_.plan, run_.desired, ledger_);
      if (batch.empty()) return Ok{};
      auto written = run_.store.commit_if(ledger_.serial(), batch);
      if (!written) return std::move(written).error();
      if (!*written) continue;
      ledger_.apply(batch);
      ledger_.set_serial(**written);
      return Ok{};
    }
  }

  void close() {
    if (!broken_) commit();
    if (!broken_) {
      auto closed = write_closing_records();
      if (closed) return;
      broken_ = std::move(closed).error();
    }
    // A disk that was full may have room again, and a database be back.
    const auto serial = run_.store.commit(outcomes_);
    if (serial) {
      ledger_.set_serial(*serial);
      std::move(*broken_).during("recording a change; a second attempt recorded everything that was done");
      return tell_finished();
    }
    auto aside = run_.store.set_aside(outcomes_);
    if (!aside || !*aside) return report_unrecorded();
    std::move(*broken_).during(fmt::format("recording a change; what was done is kept in {}", **aside));
    broken_->help += broken_->help.empty() ? "" : "\n";
    broken_->help += "run the command again when the database answers: it takes that file in first";
    tell_finished();
  }

  // While a commit waits for a database that is away, the coordinator sits in it: its words go to the sink from there.
  Listener listener() {
    return {.say = [this](const std::string& text) { events_.on(StateNotice{text}); },
            .go_on = [this] { return !cancel_.aborting(); }};
  }

  void report_unrecorded() {
    std::string names;
    for (const auto& finished : finished_) {
      if (finished.error) continue;
      names += fmt::format("{}{} {}", names.empty() ? "" : ", ", verb(step(finished.step).kind),
                           address(finished.step).text());
    }
    std::move(*broken_).during(names.empty() ? std::string("writing the state")
                                             : fmt::format("recording what was done: {}", names));
    if (!names.empty()) {
      broken_->help += broken_->help.empty() ? "" : "\n";
      broken_->help +=
          "run the command again when the state can be written: it was noted before each change that it was "
          "about to be made, so nothing is lost or made twice";
    }
    for (auto& finished : finished_) {
      if (!finished.error) finished.error = *broken_;
    }
    tell_finished();
  }

  void skip_untouched() {
    const bool interrupted = cancel_.draining();
    for (const auto i : schedule_.untouched()) {
      if (interrupted) report_.interrupted = true;
      skip(i, interrupted ? "interrupted before it began" : kNotBegun, interrupted);
    }
  }

  static constexpr const char* kNotBegun = "not begun, because the state can't be written";

  const Execution& run_;
  const Cancel& cancel_;
  EventSink& events_;
  Ledger ledger_;
  Schedule schedule_;
  std::size_t workers_;
  std::unordered_map<std::size_t, Intent> under_way_;  // by step
  std::vector<Mutation> outcomes_;                     // applied to the ledger, not yet committed
  std::vector<Finished> finished_;
  std::vector<Starting> starting_;
  std::optional<Error> broken_;
  Clock::time_point renewed_ = Clock::now();
  int seen_cancel_ = Cancel::none;
  ApplyReport report_;
  std::unique_ptr<CallRunner> pool_;  // last: its threads end before anything else does
};

}  // namespace

Result<ApplyReport> execute(const Execution& execution, const Cancel& cancel, EventSink& events) {
  return Coordinator(execution, cancel, events).run();
}

}  // namespace infra
