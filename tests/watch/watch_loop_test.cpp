#include "watch/watch_loop.h"

#include <catch2/catch.hpp>
#include <deque>
#include <sstream>

using namespace infra;
using namespace std::chrono_literals;

namespace {

const Error kDown{.code = "E0802", .message = "the host is down", .help = "wait"};
const Problem kBad{.code = "E0201", .message = "unknown name `x`", .place = "aaaaaaa:main.infra:3:5", .help = {}};

// A remote and a world as scripts: each fetch and pass takes the next answer, the last one stays. Time passes only in
// sleep, and the loop is told to stop after `horizon`.
struct Script {
  std::deque<Result<Commit>> fetches;
  std::deque<PassOutcome> passes;
  std::chrono::seconds horizon = 100s;
  SteadyMoment now = SteadyMoment{};
  Cancel cancel;
  std::ostringstream out;
  WatchEnd end;

  template <class T>
  static T take(std::deque<T>& from) {
    T front = from.front();
    if (from.size() > 1) from.pop_front();
    return front;
  }

  std::string run(bool once = false, bool json = false) {
    const WatchParts parts{.fetch = [this] { return take(fetches); },
                           .pass = [this](const Commit&) { return take(passes); },
                           .now = [this] { return now; },
                           .sleep =
                               [this](SteadyMoment until) {
                                 now = until;
                                 if (now > SteadyMoment{} + horizon) cancel.raise();
                               }};
    const auto wall = [this] {
      return WallClock::time_point{std::chrono::duration_cast<WallClock::duration>(now.time_since_epoch())};
    };
    const auto sink = json ? make_watch_json(out, wall) : make_watch_text(out, wall);
    end = run_watch(parts, "main", {}, once, cancel, *sink);
    return out.str();
  }
};

Commit commit(char letter, std::string summary) {
  return {.id = std::string(40, letter), .summary = std::move(summary)};
}

}  // namespace

TEST_CASE("given a stack that comes up and stays, each news is one line") {
  Script script{.fetches = {commit('a', "first")}, .passes = {{.steps = 2, .took = 1234ms}, {}}};
  CHECK(script.run() ==
        "00:00:00 fetched main aaaaaaa \"first\"\n"
        "00:00:00 done in 1.2s\n"
        "00:02:00 stopped\n");
  CHECK(script.end.succeeded);
}

TEST_CASE("given a commit that changes nothing, we should say once that all is up to date") {
  Script script{.fetches = {commit('a', "first"), commit('b', "docs")}, .passes = {{}}};
  CHECK(script.run() ==
        "00:00:00 fetched main aaaaaaa \"first\"\n"
        "00:00:00 up to date\n"
        "00:00:30 fetched main bbbbbbb \"docs\"\n"
        "00:00:30 up to date\n"
        "00:02:00 stopped\n");
}

TEST_CASE("what lasts is told once, and again after it was over; a pass that didn't look says nothing of it") {
  const PassOutcome held{.lasting = {{"web isn't scaled"}}};
  Script script{.fetches = {commit('a', "first")},
                .passes = {held, held, {.problems = {kBad}}, held, {.lasting = {{}}}, held, held},
                .horizon = 200s};
  const auto told = script.run();
  CHECK(told.find("00:00:00 web isn't scaled\n") != std::string::npos);
  std::size_t times = 0;
  for (auto at = told.find("web isn't scaled"); at != std::string::npos; at = told.find("web isn't scaled", at + 1))
    ++times;
  CHECK(times == 2);
}

TEST_CASE("given a failing commit, it is told once, retried, and its fix is applied") {
  Script script{
      .fetches = {commit('a', "oops"), commit('a', "oops"), commit('a', "oops"), commit('b', "fix")},
      .passes = {{.problems = {kBad}}, {.problems = {kBad}}, {.problems = {kBad}}, {.steps = 1, .took = 40ms}, {}},
      .horizon = 50s};
  CHECK(script.run() ==
        "00:00:00 fetched main aaaaaaa \"oops\"\n"
        "00:00:00 error[E0201] aaaaaaa:main.infra:3:5: unknown name `x`\n"
        "00:00:00 aaaaaaa failed; trying again in 5s\n"
        "00:00:35 fetched main bbbbbbb \"fix\"\n"
        "00:00:35 done in 0.0s\n"
        "00:01:05 stopped\n");
}

TEST_CASE("given a failure that changes only its words, it is the same one; another one is told") {
  Problem renamed = kBad;
  renamed.message = "container web-0-x1 exited";
  Problem other = kBad;
  other.place = "service.web/0";
  Script script{.fetches = {commit('a', "first")},
                .passes = {{.problems = {kBad}}, {.problems = {renamed}}, {.problems = {other}}},
                .horizon = 20s};
  CHECK(script.run() ==
        "00:00:00 fetched main aaaaaaa \"first\"\n"
        "00:00:00 error[E0201] aaaaaaa:main.infra:3:5: unknown name `x`\n"
        "00:00:00 aaaaaaa failed; trying again in 5s\n"
        "00:00:15 error[E0201] service.web/0: unknown name `x`\n"
        "00:00:15 aaaaaaa failed; trying again in 20s\n"
        "00:00:35 stopped\n");
}

TEST_CASE("given a failure that goes by itself, its end is told") {
  Script script{
      .fetches = {commit('a', "first")}, .passes = {{.problems = {kBad}}, {.problems = {kBad}}, {}}, .horizon = 40s};
  CHECK(script.run() ==
        "00:00:00 fetched main aaaaaaa \"first\"\n"
        "00:00:00 error[E0201] aaaaaaa:main.infra:3:5: unknown name `x`\n"
        "00:00:00 aaaaaaa failed; trying again in 5s\n"
        "00:00:15 up to date\n"
        "00:00:15 commit aaaaaaa succeeded after 2 failures\n"
        "00:00:45 stopped\n");
}

TEST_CASE("given a remote that is down for a while, its failure is told once and drift is healed meanwhile") {
  Script script{.fetches = {commit('a', "first"), kDown, kDown, kDown, commit('a', "first")},
                .passes = {{}, {.steps = 1, .took = 100ms}, {}}};
  CHECK(script.run() ==
        "00:00:00 fetched main aaaaaaa \"first\"\n"
        "00:00:00 up to date\n"
        "00:00:30 error[E0802] the host is down (help: wait)\n"
        "00:00:30 fetching failed; trying again in 5s\n"
        "00:00:30 done in 0.1s\n"
        "00:01:05 fetching succeeded after 3 failures\n"
        "00:02:00 stopped\n");
}

TEST_CASE("once: one pass, whose success is the exit code") {
  Script good{.fetches = {commit('a', "first")}, .passes = {{.steps = 1}}};
  good.run(true);
  CHECK(good.end.succeeded);
  Script bad{.fetches = {commit('a', "first")}, .passes = {{.problems = {kBad}}}};
  CHECK(bad.run(true).find("trying again") == std::string::npos);
  CHECK_FALSE(bad.end.succeeded);
  Script down{.fetches = {kDown}, .passes = {}};
  down.run(true);
  CHECK_FALSE(down.end.succeeded);
  Script stopped{.fetches = {commit('a', "first")}, .passes = {{.interrupted = true}}};
  stopped.run(true);
  CHECK_FALSE(stopped.end.succeeded);
  CHECK(stopped.end.interrupted);
}

TEST_CASE("given a signal during a pass, the loop ends after it") {
  Script script{.fetches = {commit('a', "first")}, .passes = {{.steps = 1, .took = 10ms}}};
  script.horizon = 0s;
  CHECK(script.run() ==
        "00:00:00 fetched main aaaaaaa \"first\"\n"
        "00:00:00 done in 0.0s\n"
        "00:00:30 stopped\n");
  CHECK(script.end.succeeded);
}

TEST_CASE("NDJSON has one object for each event, repeated ones too") {
  Script script{.fetches = {commit('a', "say \"hi\"")},
                .passes = {{.problems = {kBad}}, {.problems = {kBad}}, {}},
                .horizon = 20s};
  const std::string id(40, 'a');
  const std::string c = "\"commit\":{\"id\":\"" + id + "\",\"summary\":\"say \\\"hi\\\"\"}";
  const std::string e =
      "\"errors\":[{\"code\":\"E0201\",\"message\":\"unknown name `x`\",\"place\":\"aaaaaaa:main.infra:3:5\"}]";
  CHECK(script.run(false, true) ==
        "{\"time\":\"1970-01-01T00:00:00Z\",\"event\":\"fetched\",\"branch\":\"main\"," + c + "}\n" +
            "{\"time\":\"1970-01-01T00:00:00Z\",\"event\":\"failed\"," + c + "," + e +
            ",\"retry_in_ms\":5000,\"repeated\":false}\n" + "{\"time\":\"1970-01-01T00:00:05Z\",\"event\":\"failed\"," +
            c + "," + e + ",\"retry_in_ms\":10000,\"repeated\":true}\n" +
            "{\"time\":\"1970-01-01T00:00:15Z\",\"event\":\"in_step\"," + c + "}\n" +
            "{\"time\":\"1970-01-01T00:00:15Z\",\"event\":\"recovered\",\"what\":\"commit aaaaaaa\",\"failures\":2}\n" +
            "{\"time\":\"1970-01-01T00:00:45Z\",\"event\":\"stopped\"}\n");
}
