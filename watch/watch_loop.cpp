#include "watch/watch_loop.h"

#include <fmt/format.h>

#include <algorithm>

namespace infra {
namespace {

class Loop {
 public:
  Loop(const WatchParts& parts, const std::string& branch, const Pace& pace, bool once, const Cancel& cancel,
       WatchSink& sink)
      : parts_(parts), branch_(branch), pace_(pace), once_(once), cancel_(cancel), sink_(sink) {}

  WatchEnd run() {
    while (!cancel_.draining()) {
      const NextAction next = next_action(progress_, pace_, parts_.now());
      switch (next.kind) {
        case NextAction::fetch:
          fetch();
          break;
        case NextAction::pass:
          pass();
          break;
        case NextAction::wait:
          parts_.sleep(next.until);
          break;
      }
      if (once_ && (!succeeded_ || progress_.passed_at)) break;
    }
    const bool interrupted = interrupted_ || (once_ && cancel_.draining() && !progress_.passed_at);
    return {.succeeded = succeeded_ || !once_, .interrupted = interrupted};
  }

 private:
  void fetch() {
    auto commit = parts_.fetch();
    if (cancel_.draining()) return;
    if (!commit) return fetch_failed(problem_of(commit.error()));
    if (progress_.fetch_failures > 0) sink_.on(Recovered{"fetching", progress_.fetch_failures});
    fetch_problem_.reset();
    if (commit->id != progress_.head) {
      pass_problems_.clear();
      in_step_ = false;
      sink_.on(CommitFetched{*commit, branch_});
    }
    progress_ = after_fetch(std::move(progress_), commit->id, parts_.now());
    head_ = *std::move(commit);
  }

  void fetch_failed(Problem problem) {
    progress_ = after_failed_fetch(std::move(progress_), parts_.now());
    succeeded_ = false;
    const bool known = fetch_problem_ && same_causes({*fetch_problem_}, {problem});
    sink_.on(FetchFailed{problem, retry_in(progress_.fetch_failures), known});
    fetch_problem_ = std::move(problem);
  }

  void pass() {
    const PassOutcome outcome = parts_.pass(head_);
    interrupted_ = outcome.interrupted;
    if (outcome.facts) sink_.on(PassLooked{*outcome.facts, outcome.took});
    if (outcome.lasting) tell_once(*outcome.lasting);
    const bool good = outcome.problems.empty() && !outcome.interrupted;
    if (good) {
      passed(outcome);
    } else if (!outcome.problems.empty()) {
      pass_failed(outcome);
    }
    progress_ = after_pass(std::move(progress_), good, parts_.now());
    succeeded_ = good;
  }

  void tell_once(const std::vector<std::string>& lasting) {
    for (const auto& text : lasting) {
      if (std::find(lasting_.begin(), lasting_.end(), text) == lasting_.end()) sink_.on(PassNote{text});
    }
    lasting_ = lasting;
  }

  void passed(const PassOutcome& outcome) {
    if (outcome.steps > 0) {
      sink_.on(PassApplied{head_, outcome.steps, outcome.took});
    } else {
      sink_.on(PassInStep{head_, in_step_ && progress_.pass_failures == 0});
    }
    if (progress_.pass_failures > 0) sink_.on(Recovered{"commit " + head_.short_id(), progress_.pass_failures});
    pass_problems_.clear();
    in_step_ = true;
  }

  void pass_failed(const PassOutcome& outcome) {
    const bool known = !pass_problems_.empty() && same_causes(pass_problems_, outcome.problems);
    sink_.on(PassFailed{head_, outcome.problems, retry_in(progress_.pass_failures + 1), known});
    pass_problems_ = outcome.problems;
  }

  [[nodiscard]] std::chrono::milliseconds retry_in(int failures) const {
    return once_ ? std::chrono::milliseconds{0} : back_off(pace_, failures);
  }

  const WatchParts& parts_;
  const std::string& branch_;
  const Pace& pace_;
  const bool once_;
  const Cancel& cancel_;
  WatchSink& sink_;
  WatchProgress progress_;
  Commit head_;
  std::optional<Problem> fetch_problem_;
  std::vector<Problem> pass_problems_;
  std::vector<std::string> lasting_;
  bool in_step_ = false;
  bool succeeded_ = true;
  bool interrupted_ = false;
};

}  // namespace

WatchEnd run_watch(const WatchParts& parts, const std::string& branch, const Pace& pace, bool once,
                   const Cancel& cancel, WatchSink& sink) {
  const WatchEnd end = Loop(parts, branch, pace, once, cancel, sink).run();
  sink.on(WatchStopped{});
  return end;
}

}  // namespace infra
