// What a watch tells, as it happens. Sinks render it: a line of text or an object of JSON for each.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "apply/execute/events.h"
#include "git/git_fetch.h"
#include "watch/pass_facts.h"

namespace infra {

// One reason why something failed, safe to show.
struct Problem {
  std::string code;
  std::string message;  // one line
  std::string place;    // "3f2a9c1:shop.infra:39:13", an address, or empty
  std::string help;
  friend bool operator==(const Problem&, const Problem&) = default;
};

Problem problem_of(const Error& error);
// The same codes at the same places: the words may hold a new object's name each time.
bool same_causes(const std::vector<Problem>& a, const std::vector<Problem>& b);

struct WatchStarted {
  std::string repo, branch, folder;
  std::chrono::milliseconds interval;
};
struct CommitFetched {
  Commit commit;
  std::string branch;
};  // it differs from the last one
struct FetchFailed {
  Problem problem;
  std::chrono::milliseconds retry_in;
  bool known;
};  // known: told before
struct PassNote {
  std::string text;
};  // "adopted service.api/0, which a killed run had created"
struct PassPlanned {
  std::string summary;
  bool drift;
};  // "1 to create, 2 to update"
struct PassStep {
  Event event;
};
struct PassLooked {
  PassFacts facts;
  std::chrono::milliseconds took;
};  // where metrics are wanted, before what became of the pass
struct PassInStep {
  Commit commit;
  bool known;
};
struct PassApplied {
  Commit commit;
  std::size_t steps;
  std::chrono::milliseconds took;
};
struct PassFailed {
  Commit commit;
  std::vector<Problem> problems;
  std::chrono::milliseconds retry_in;
  bool known;
};
struct Recovered {
  std::string what;
  int failures;
};  // "fetching", "commit 3f2a9c1"
struct WatchStopped {};
using WatchEvent = std::variant<WatchStarted, CommitFetched, FetchFailed, PassNote, PassPlanned, PassStep, PassLooked,
                                PassInStep, PassApplied, PassFailed, Recovered, WatchStopped>;

class WatchSink {
 public:
  virtual ~WatchSink() = default;
  virtual void on(const WatchEvent& event) = 0;
  // Whole lines that a sink of this form has made in another process.
  virtual void relay(std::string_view lines) = 0;
  virtual std::unique_ptr<WatchSink> like_this(std::ostream& out) const = 0;
};

using WallClock = std::chrono::system_clock;
using WallTime = std::function<WallClock::time_point()>;

// "12:00:01 fetched main 3f2a9c1 "raise replicas"". What was told before isn't repeated. Each line is flushed.
std::unique_ptr<WatchSink> make_watch_text(std::ostream& out, WallTime now = WallClock::now);
// NDJSON, every event but PassLooked: {"time":"2024-05-01T12:00:01Z","event":"fetched",…}.
std::unique_ptr<WatchSink> make_watch_json(std::ostream& out, WallTime now = WallClock::now);

}  // namespace infra
