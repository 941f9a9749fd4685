#include "watch/schedule.h"

#include <catch2/catch.hpp>
#include <string>

using namespace infra;
using namespace std::chrono_literals;

namespace {

// A clock that is moved by hand, and the progress so far.
struct Story {
  Pace pace{.interval = 30s, .retry_first = 5s, .retry_most = 5min};
  SteadyMoment now = SteadyMoment{} + 1h;
  WatchProgress progress;

  std::string next() const {
    const auto action = next_action(progress, pace, now);
    if (action.kind == NextAction::fetch) return "fetch";
    if (action.kind == NextAction::pass) return "pass";
    return "wait " + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(action.until - now).count());
  }
  Story& fetched(const std::string& commit) { return progress = after_fetch(progress, commit, now), *this; }
  Story& fetch_failed() { return progress = after_failed_fetch(progress, now), *this; }
  Story& passed() { return progress = after_pass(progress, true, now), *this; }
  Story& pass_failed() { return progress = after_pass(progress, false, now), *this; }
  Story& later(std::chrono::seconds by) { return now += by, *this; }
};

}  // namespace

TEST_CASE("given nothing yet, we should fetch, then pass, then wait an interval") {
  Story story;
  CHECK(story.next() == "fetch");
  CHECK(story.fetched("a").next() == "pass");
  CHECK(story.passed().next() == "wait 30");
  CHECK(story.later(29s).next() == "wait 1");
  CHECK(story.later(1s).next() == "fetch");
}

TEST_CASE("given the same commit an interval later, we should look at the world again: it may have drifted") {
  Story story;
  story.fetched("a").passed().later(30s);
  CHECK(story.next() == "fetch");
  CHECK(story.fetched("a").next() == "pass");
  CHECK(story.passed().next() == "wait 30");
}

TEST_CASE("given a pass that takes long, the next one comes an interval after its end") {
  Story story;
  story.fetched("a").later(20s).passed();
  CHECK(story.next() == "wait 10");  // to look for commits
  CHECK(story.later(10s).next() == "fetch");
  CHECK(story.fetched("a").next() == "wait 20");
  CHECK(story.later(20s).next() == "fetch");  // a pass starts from a fresh look at the branch
  CHECK(story.fetched("a").next() == "pass");
}

TEST_CASE("given two pushes during a pass, only the newer one gets a pass") {
  Story story;
  story.fetched("a").passed().later(30s);  // b and c are pushed meanwhile
  CHECK(story.next() == "fetch");
  CHECK(story.fetched("c").next() == "pass");
  CHECK(story.passed().next() == "wait 30");
}

TEST_CASE("given a commit that fails, it is tried again after 5 s, doubling to 5 min") {
  Story story;
  story.pace.interval = 1h;
  story.fetched("a");
  for (const int seconds : {5, 10, 20, 40, 80, 160, 300, 300, 300}) {
    CHECK(story.next() == "pass");
    CHECK(story.pass_failed().next() == "wait " + std::to_string(seconds));
    CHECK(story.later(std::chrono::seconds(seconds)).next() == "fetch");
    story.fetched("a");
  }
  CHECK(story.passed().next() == "wait 3600");
}

TEST_CASE("given a failing commit that waits, a new commit pre-empts it and starts with a clean slate") {
  Story story;
  story.fetched("a");
  for (int i = 0; i < 6; ++i) story.pass_failed();
  CHECK(story.next() == "wait 30");  // its back-off is longer, but the branch is looked at all the same
  story.later(30s).fetched("b");
  CHECK(story.next() == "pass");
  CHECK(story.pass_failed().next() == "wait 5");
}

TEST_CASE("given a remote that is down, we should retry with back-off and heal drift with the commit at hand") {
  Story story;
  story.fetched("a").passed().later(30s);
  CHECK(story.next() == "fetch");
  CHECK(story.fetch_failed().next() == "pass");
  CHECK(story.passed().next() == "wait 5");
  CHECK(story.later(5s).next() == "fetch");
  CHECK(story.fetch_failed().next() == "wait 10");
  for (const int seconds : {10, 20}) story.later(std::chrono::seconds(seconds)).fetch_failed();
  CHECK(story.next() == "pass");  // 35 s after the last one
  CHECK(story.passed().next() == "wait 30");
  CHECK(story.later(40s).next() == "fetch");
  CHECK(story.fetched("a").next() == "pass");
}

TEST_CASE("given a remote that never answered, there is nothing to pass") {
  Story story;
  CHECK(story.fetch_failed().next() == "wait 5");
  CHECK(story.later(5s).next() == "fetch");
  CHECK(story.fetch_failed().next() == "wait 10");
}

TEST_CASE("back-off never overflows") {
  const Pace pace;
  CHECK(back_off(pace, 1) == 5s);
  CHECK(back_off(pace, 2) == 10s);
  CHECK(back_off(pace, 1000000) == 5min);
}
