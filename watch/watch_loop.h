// The loop itself over its parts, so that a test can drive it with a clock and a world of its own.
#pragma once
#include <functional>

#include "base/cancel.h"
#include "watch/schedule.h"
#include "watch/watch_events.h"

namespace infra {

struct PassOutcome {
  std::vector<Problem> problems;  // empty: the world is what the commit says
  std::size_t steps = 0;          // that were carried out
  std::chrono::milliseconds took{0};
  bool interrupted = false;
  std::optional<PassFacts> facts = {};  // if they were asked for, and the pass came so far
  // What isn't done for now, and why: told once for as long as it lasts. nullopt: the pass didn't come so far.
  std::optional<std::vector<std::string>> lasting = {};
};

struct WatchParts {
  std::function<Result<Commit>()> fetch;
  std::function<PassOutcome(const Commit&)> pass;
  std::function<SteadyMoment()> now;
  std::function<void(SteadyMoment until)> sleep;  // returns early when cancelled
};

struct WatchEnd {
  bool succeeded = true;     // of --once: the one pass; else of a loop that was asked to stop
  bool interrupted = false;  // asked to stop in the middle of something
};

// Fetches and passes until cancelled, or once. A failure is told once for as long as it stays the same.
WatchEnd run_watch(const WatchParts& parts, const std::string& branch, const Pace& pace, bool once,
                   const Cancel& cancel, WatchSink& sink);

}  // namespace infra
