// A process can die between any two things that it does. For every such moment: the next run puts all right.
#include <catch2/catch.hpp>

#include "tests/apply/apply_story.h"

namespace infra::test {
namespace {

const std::vector<ThingSpec> kOld{{"a"}, {"b", {"a"}}, {"c", {"b"}}, {"d", {"a"}}, {"e"}, {"gone", {"a"}}};
// a: replaced create-first, and b, d updated for it; c: updated; e: replaced destroy-first; one deleted, one new.
const std::vector<ThingSpec> kNew{{.name = "a", .key = "2"},
                                  {"b", {"a"}},
                                  {.name = "c", .needs = {"b"}, .value = "2"},
                                  {"d", {"a"}},
                                  {.name = "e", .key = "2", .replace = Replace::destroy_first},
                                  {"new", {"a", "e"}}};

// Whoever dies within a provider's call may have nothing left to write, and then isn't stopped by the store.
template <class Act>
bool dies(Story& story, const Act& act) {
  try {
    act(story);
  } catch (const Died&) {
    // Stopped at a commit; what counts is what is left.
  }
  const bool died = story.fate.dead();
  story.fate.live();
  return died;
}

// Runs `begin`, lets the process die at moment k of `act`, and checks that a second run converges. False once k is past
// the end of `act`.
template <class Begin, class Act>
bool survives(int k, int parallelism, const LoweredGraph& wanted, const Begin& begin, const Act& act) {
  Story story;
  story.parallelism = parallelism;
  begin(story);
  story.fate.die_at(k);
  const bool died = dies(story, act);
  INFO("died at moment " << k << " with " << parallelism << " workers");
  const auto again = act(story);
  REQUIRE(again.result->ok());
  CHECK(again.report().ok());
  check_in_order(story, wanted);
  return died;
}

template <class Begin, class Act>
int moments(int parallelism, const LoweredGraph& wanted, const Begin& begin, const Act& act) {
  int k = 1;
  while (survives(k, parallelism, wanted, begin, act)) ++k;
  return k - 1;
}

void nothing(Story&) {}
void old_stack(Story& story) { REQUIRE(story.run(declare(kOld)).report().ok()); }

}  // namespace

TEST_CASE("given a death at any moment of a first apply, we should converge without orphan or duplicate") {
  const auto wanted = declare(kOld);
  for (const int parallelism : {1, 3}) {
    const int seen = moments(parallelism, wanted, nothing, [&](Story& s) { return s.run(wanted); });
    CHECK(seen >= 20);  // two around each of six creates, two around each commit
  }
}

TEST_CASE("given a death at any moment of a change, we should converge without orphan or duplicate") {
  const auto wanted = declare(kNew);
  for (const int parallelism : {1, 3}) {
    const int seen = moments(parallelism, wanted, old_stack, [&](Story& s) { return s.run(wanted); });
    CHECK(seen >= 25);
  }
}

TEST_CASE("given a death at any moment of a destroy, we should leave nothing") {
  for (const int parallelism : {1, 3}) {
    const int seen = moments(parallelism, declare({}), old_stack, [](Story& s) { return s.destroy(); });
    CHECK(seen >= 20);
  }
}

TEST_CASE("given a death at any moment of a change and a user who takes it back, we should be where we were") {
  const auto before = declare(kOld);
  const auto change = declare(kNew);
  for (int k = 1;; ++k) {
    Story story;
    story.parallelism = 1;
    old_stack(story);
    story.fate.die_at(k);
    const bool died = dies(story, [&](Story& s) { return s.run(change); });
    INFO("died at moment " << k);
    REQUIRE(story.run(before).report().ok());
    check_in_order(story, before);
    for (const auto& [id, thing] : story.world.things) CHECK(*thing.inputs["value"].string() == "v");
    if (!died) break;
  }
}

TEST_CASE("given deaths in a row, each at the next moment of what is left, we should still converge") {
  Story story;
  const auto wanted = declare(kNew);
  old_stack(story);
  int deaths = 0;
  for (int k = 1; k < 200; ++k) {
    story.fate.die_at(1 + k % 7);
    if (!dies(story, [&](Story& s) { return s.run(wanted); })) break;
    ++deaths;
  }
  CHECK(deaths > 2);
  REQUIRE(story.run(wanted).report().ok());
  check_in_order(story, wanted);
}

}  // namespace infra::test
