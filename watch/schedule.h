// When the watch loop fetches, when it makes a pass, when it waits: pure functions of what happened so far and of now.
#pragma once
#include <chrono>
#include <optional>
#include <string>

namespace infra {

using SteadyMoment = std::chrono::steady_clock::time_point;

struct Pace {
  std::chrono::milliseconds interval = std::chrono::seconds(30);    // between two looks at the branch and at the world
  std::chrono::milliseconds retry_first = std::chrono::seconds(5);  // after a failure, doubled by each further one
  std::chrono::milliseconds retry_most = std::chrono::minutes(5);
};

struct WatchProgress {
  std::string head;                      // the newest commit that was fetched; empty: none yet
  std::optional<SteadyMoment> asked_at;  // the last fetch, failed or not
  int fetch_failures = 0;                // in a row
  std::string tried;                     // the commit of the last pass
  std::optional<SteadyMoment> passed_at;
  int pass_failures = 0;  // of that commit, in a row
};

struct NextAction {
  enum Kind { fetch, pass, wait } kind;
  SteadyMoment until;  // for wait
  friend bool operator==(const NextAction&, const NextAction&) = default;
};

// A new commit gets its pass at once, whatever became of the one before. Else a pass comes an interval after the last
// (it heals drift), or after its back-off if that failed. A fetch comes before each pass, so that of two pushes the
// newer one is applied; while fetches fail, passes go on with the commit at hand.
NextAction next_action(const WatchProgress& progress, const Pace& pace, SteadyMoment now);

WatchProgress after_fetch(WatchProgress progress, const std::string& commit, SteadyMoment now);
WatchProgress after_failed_fetch(WatchProgress progress, SteadyMoment now);
WatchProgress after_pass(WatchProgress progress, bool succeeded, SteadyMoment now);

// How long to wait after this many failures in a row (1, 2 …).
std::chrono::milliseconds back_off(const Pace& pace, int failures);

}  // namespace infra
