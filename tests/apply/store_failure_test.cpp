#include <catch2/catch.hpp>

#include "tests/apply/apply_story.h"

namespace infra::test {
namespace {

LoweredGraph sample_graph() { return declare({{"a"}, {"b", {"a"}}, {"c", {"b"}}, {"d"}, {"e"}}); }

}  // namespace

TEST_CASE(
    "given a state that fails at any commit once, we should stop, say so, record what was done and converge later") {
  for (int k = 1;; ++k) {
    Story story;
    story.parallelism = 1 + k % 3;
    story.store.fails_at = {k};
    const auto run = story.run(sample_graph());
    if (run.result->ok()) {
      CHECK(k > 3);
      break;
    }
    INFO("commit " << k << ": " << run.result->error().text());
    CHECK(run.result->error().code == "E0504");
    CHECK(story.store.now_.intents.empty());
    CHECK(story.store.now_.resources.size() == story.world.things.size());
    const auto again = story.run(sample_graph());
    CHECK(again.settled.empty());
    check_in_order(story, sample_graph());
  }
}

TEST_CASE("given a state that fails from some commit on, we should name what was done and settle it later") {
  for (int k = 1; k <= 6; ++k) {
    Story story;
    story.parallelism = 1;
    for (int n = k; n < 100; ++n) story.store.fails_at.insert(n);
    const auto run = story.run(sample_graph());
    REQUIRE_FALSE(run.result->ok());
    const auto text = run.result->error().text();
    INFO("commit " << k << ": " << text);
    // With one worker the k-th commit is the first that knows of the (k-1)-th outcome.
    CHECK(story.world.things.size() == static_cast<std::size_t>(k - 1));
    CHECK((text.find("while recording what was done: create thing.") != std::string::npos) == (k > 1));
    CHECK((text.find("nothing is lost or made twice") != std::string::npos) == (k > 1));
    story.store.fails_at.clear();
    const auto again = story.run(sample_graph());
    CHECK(again.settled.size() == (k > 1 ? 1 : 0));
    check_in_order(story, sample_graph());
  }
}

TEST_CASE("given a state that can't be written at all, we should touch nothing") {
  Story story;
  story.store.always_fails = true;
  const auto run = story.run(sample_graph());
  REQUIRE_FALSE(run.result->ok());
  CHECK(story.world.log.empty());
  CHECK(run.result->error().text().find("free some") != std::string::npos);
  CHECK(story.sink.lines.back() == "end 0 0 5");
}

}  // namespace infra::test
