#include <catch2/catch.hpp>

#include "tests/apply/apply_story.h"

namespace infra::test {
namespace {

std::vector<ThingSpec> fan(int n) {
  std::vector<ThingSpec> out;
  for (int i = 0; i < n; ++i) out.push_back({.name = fmt::format("t{:03}", i)});
  return out;
}

std::vector<ThingSpec> chain(int n) {
  auto out = fan(n);
  for (std::size_t i = 1; i < out.size(); ++i) out[i].needs = {out[i - 1].name};
  return out;
}

std::size_t intents_in(const std::vector<Mutation>& batch) {
  return static_cast<std::size_t>(
      std::count_if(batch.begin(), batch.end(), [](const auto& m) { return std::holds_alternative<PutIntent>(m); }));
}

// Answers all calls at once, when the caller has nothing better to do than to wait: no clock decides what a turn sees.
class RoundsOfCalls : public CallRunner {
 public:
  explicit RoundsOfCalls(const Cancel& cancel) : cancel_(cancel) {}
  void start(ProviderCall call) override { held_.push_back(std::move(call)); }
  std::vector<CallReport> take(std::chrono::milliseconds wait) override {
    std::vector<CallReport> out;
    if (wait.count() == 0) return out;
    for (const auto& call : std::exchange(held_, {})) out.emplace_back(carry_out(call, cancel_, [](std::string) {}));
    return out;
  }

 private:
  const Cancel& cancel_;
  std::vector<ProviderCall> held_;
};

}  // namespace

TEST_CASE("given a diamond, we should make it in order and record everything") {
  Story story;
  const auto desired = declare({{"d", {"b", "c"}}, {"c", {"a"}}, {"b", {"a"}}, {"a"}});
  const auto run = story.run(desired);
  REQUIRE(run.result->ok());
  CHECK(run.report().ok());
  CHECK(run.report().succeeded == 4);
  CHECK(story.world.log.front() == "create thing.a/0");
  CHECK(story.world.log.back() == "create thing.d/0");
  CHECK(story.store.now_.stack == "tale");
  CHECK(story.store.now_.outputs.size() == 4);
  CHECK(story.store.now_.outputs[0] == RecordedOutput{"a", "\"v\"", false});
  check_in_order(story, desired);
}

TEST_CASE("given a destroy, we should delete what needs others first, and forget the platform and the outputs") {
  Story story;
  REQUIRE(story.run(declare({{"a"}, {"b", {"a"}}, {"c", {"b"}}})).report().ok());
  story.world.log.clear();
  REQUIRE(story.destroy().report().ok());
  CHECK(story.world.log == std::vector<std::string>{"destroy thing.c/0", "destroy thing.b/0", "destroy thing.a/0"});
  CHECK(story.store.now_.outputs.empty());
  CHECK(story.store.now_.platforms.empty());
  check_in_order(story, declare({}));
}

TEST_CASE("given a replacement create-first, we should move what needs it before the old one goes") {
  Story story;
  REQUIRE(story.run(declare({{"a"}, {"b", {"a"}}})).report().ok());
  const auto desired = declare({{.name = "a", .key = "other"}, {"b", {"a"}}});
  story.world.log.clear();
  REQUIRE(story.run(desired).report().ok());
  CHECK(story.world.log == std::vector<std::string>{"create thing.a/0", "update thing.b/0", "destroy thing.a/0"});
  check_in_order(story, desired);
}

TEST_CASE("given many independent steps, we should run as many at once as allowed and not one more") {
  Story story;
  story.parallelism = 3;
  story.world.delay = std::chrono::milliseconds(5);
  REQUIRE(story.run(declare(fan(12))).report().ok());
  CHECK(story.world.most_at_once == 3);
}

TEST_CASE("given no allowance at all, we should still run one at a time") {
  Story story;
  story.parallelism = 0;
  REQUIRE(story.run(declare(fan(3))).report().ok());
  CHECK(story.world.most_at_once == 1);
}

TEST_CASE("given a failure, we should go on with what is independent and skip what depends on it") {
  Story story;
  story.world.failing = {"thing.b/0"};
  const auto desired = declare({{"a"}, {"b", {"a"}}, {"c", {"b"}}, {"d", {"c"}}, {"e", {"a"}}});
  const auto run = story.run(desired);
  REQUIRE(run.result->ok());
  CHECK(run.report().succeeded == 2);
  CHECK(run.report().failed == 1);
  CHECK(run.report().skipped == 2);
  CHECK_FALSE(run.report().interrupted);
  REQUIRE(run.report().failures.size() == 1);
  CHECK(run.report().failures[0].first.text() == "thing.b/0");
  CHECK(story.sink.has("failed thing.b/0: E0608: thing.b/0 doesn't want to"));
  CHECK(story.sink.has("skipped thing.c/0: waits for thing.b/0, which failed"));
  CHECK(story.sink.has("skipped thing.d/0: waits for thing.b/0, which failed"));
  CHECK(story.sink.lines.back() == "end 2 1 2");
  CHECK(story.store.now_.intents.empty());
  CHECK(story.world.addresses() == std::vector<std::string>{"thing.a/0", "thing.e/0"});

  story.world.failing.clear();
  REQUIRE(story.run(desired).report().ok());
  check_in_order(story, desired);
}

TEST_CASE("given a replacement whose create fails, we should keep the old object") {
  Story story;
  REQUIRE(story.run(declare({{"a"}})).report().ok());
  story.world.failing = {"thing.a/0"};
  const auto run = story.run(declare({{.name = "a", .key = "other"}}));
  CHECK(run.report().failed == 1);
  CHECK(story.sink.has("skipped thing.a/0: stays, because its replacement failed"));
  CHECK(story.store.now_.resources.size() == 1);
  check_in_order(story, declare({{"a"}}));
}

TEST_CASE("given an update that fails, we should update again, whatever is wanted then") {
  Story story;
  REQUIRE(story.run(declare({{"a"}})).report().ok());
  const auto desired = declare({{.name = "a", .value = "new"}});
  story.world.failing = {"thing.a/0"};
  CHECK(story.run(desired).report().failed == 1);
  CHECK(story.store.now_.resources[0].spec_hash.empty());
  story.world.failing.clear();
  REQUIRE(story.run(desired).report().ok());
  CHECK(*story.world.things.begin()->second.inputs["value"].string() == "new");
  check_in_order(story, desired);
}

TEST_CASE("given an update that failed half-way, and a user who takes the change back, we should still update") {
  Story story;
  const auto before = declare({{"a"}});
  REQUIRE(story.run(before).report().ok());
  story.world.failing = {"thing.a/0"};
  CHECK(story.run(declare({{.name = "a", .value = "new"}})).report().failed == 1);
  story.world.failing.clear();
  story.world.log.clear();
  REQUIRE(story.run(before).report().ok());
  CHECK(story.world.log == std::vector<std::string>{"update thing.a/0"});
  check_in_order(story, before);
}

TEST_CASE("given a provider that throws, we should call that step failed and keep its intent") {
  Story story;
  story.world.throwing = {"thing.a/0"};
  const auto run = story.run(declare({{"a"}, {"b"}}));
  REQUIRE(run.report().failures.size() == 1);
  CHECK(run.report().failures[0].second.code == "E0708");
  CHECK(run.report().succeeded == 1);
  REQUIRE(story.store.now_.intents.size() == 1);
  CHECK(story.store.now_.intents[0].address.text() == "thing.a/0");
  story.world.throwing.clear();
  const auto again = story.run(declare({{"a"}, {"b"}}));
  CHECK(again.settled == std::vector<std::string>{"a killed run had not yet created thing.a/0"});
  check_in_order(story, declare({{"a"}, {"b"}}));
}

TEST_CASE("given a function that can't be applied to what a dependency gave, we should fail that step only") {
  Story story;
  auto desired = declare({{"a"}, {"b", {"a"}}, {"c"}});
  auto inputs = *desired.resources[1].inputs.map();
  inputs.set("value", Call{"split", {Ref{{"thing", "a", "0"}, "id"}, ""}});
  desired.resources[1].inputs = inputs;
  const auto run = story.run(desired);
  REQUIRE(run.report().failures.size() == 1);
  CHECK(run.report().failures[0].first.text() == "thing.b/0");
  CHECK(run.report().failures[0].second.code == "E0706");
  CHECK(run.report().failures[0].second.message.starts_with("`value` of thing.b/0 can't be worked out: "));
  CHECK(run.report().succeeded == 2);
}

TEST_CASE("given a dependency that didn't give what was wanted of it, we should fail that step only") {
  Story story;
  auto desired = declare({{"a"}, {"b", {"a"}}, {"c"}});
  auto inputs = *desired.resources[1].inputs.map();
  inputs.set("value", Ref{{"thing", "a", "0"}, "nothing"});
  desired.resources[1].inputs = inputs;
  const auto run = story.run(desired);
  REQUIRE(run.report().failures.size() == 1);
  CHECK(run.report().failures[0].second.code == "E0701");
  CHECK(run.report().failures[0].second.message == "`value` of thing.b/0 can't be worked out");
  CHECK(run.report().succeeded == 2);
}

TEST_CASE("given a thing removed by hand and an unknown one of ours, we should put both right") {
  Story story;
  const auto desired = declare({{"a"}, {"b", {"a"}}});
  REQUIRE(story.run(desired).report().ok());
  story.world.remove_by_hand("thing.b/0");
  story.world.things["stray"] = {
      {"thing", "z", "0"}, "sim", "some-token", "", {"tale", story.store.now_.lineage}, Map()};
  REQUIRE(story.run(desired).report().ok());
  check_in_order(story, desired);
}

TEST_CASE("given a chain, we should commit once for each step and once for the last outcome") {
  Story story;
  REQUIRE(story.run(declare(chain(20))).report().ok());
  CHECK(story.store.batches.size() <= 22);
  for (const auto& batch : story.store.batches) CHECK(intents_in(batch) <= 1);
}

TEST_CASE("given a fan, we should commit for groups of steps") {
  Story story;
  story.parallelism = 10;
  story.calls = [](std::size_t, const Cancel& cancel) { return std::make_unique<RoundsOfCalls>(cancel); };
  REQUIRE(story.run(declare(fan(100))).report().ok());
  // Ten rounds of ten: the intents of each are in one batch with the outcomes of the one before it. The last outcomes
  // and the stack's outputs have a batch each.
  REQUIRE(story.store.batches.size() == 12);
  for (std::size_t i = 0; i < 10; ++i) CHECK(intents_in(story.store.batches[i]) == 10);
}

TEST_CASE("given intents, we should commit each before its call begins") {
  Story story;
  // When StepStarted is told the intent must be on disk, and nothing may have been done yet.
  story.sink.also = [&](const Event& event) {
    const auto* started = std::get_if<StepStarted>(&event);
    if (started == nullptr) return;
    const auto& intents = story.store.now_.intents;
    CHECK(std::any_of(intents.begin(), intents.end(), [&](const auto& i) { return i.address == started->address; }));
  };
  REQUIRE(story.run(declare(chain(5))).report().ok());
}

TEST_CASE("given nothing to do, we should commit nothing") {
  Story story;
  const auto desired = declare(chain(3));
  REQUIRE(story.run(desired).report().ok());
  const auto before = story.store.now_.serial;
  REQUIRE(story.run(desired).report().ok());
  CHECK(story.store.now_.serial == before);
  CHECK(story.sink.lines == std::vector<std::string>{"begin 0", "end 0 0 0"});
}

TEST_CASE("given a protection that changes and nothing else, we should record it") {
  Story story;
  REQUIRE(story.run(declare({{"a"}})).report().ok());
  story.world.log.clear();
  REQUIRE(story.run(declare({{.name = "a", .protect = true}})).report().ok());
  CHECK(story.world.log.empty());
  CHECK(story.store.now_.resources[0].protect);
}

TEST_CASE("given a Ctrl-C, we should finish what runs, record it and begin nothing new") {
  Story story;
  story.parallelism = 2;
  story.world.delay = std::chrono::milliseconds(30);
  story.sink.also = [&](const Event& event) {
    if (std::holds_alternative<StepStarted>(event)) story.cancel.set(Cancel::drain);
  };
  const auto run = story.run(declare(fan(8)));
  REQUIRE(run.result->ok());
  CHECK(run.report().interrupted);
  CHECK_FALSE(run.report().ok());
  CHECK(run.report().succeeded == 2);
  CHECK(run.report().skipped == 6);
  CHECK(story.sink.has("draining"));
  CHECK(story.store.now_.intents.empty());
  CHECK(story.store.now_.resources.size() == 2);

  story.cancel.set(Cancel::none);
  story.sink.also = {};
  REQUIRE(story.run(declare(fan(8))).report().ok());
  check_in_order(story, declare(fan(8)));
}

TEST_CASE("given a second Ctrl-C, we should return at once and leave the intent of what was cut short") {
  Story story;
  story.world.hanging = {"thing.t000/0"};
  story.sink.also = [&](const Event& event) {
    if (std::holds_alternative<StepStarted>(event)) story.cancel.set(Cancel::abort);
  };
  const auto run = story.run(declare(fan(2)));
  CHECK(run.report().interrupted);
  CHECK(story.sink.has("aborting"));
  REQUIRE(story.store.now_.intents.size() == 1);
  CHECK(story.store.now_.intents[0].address.text() == "thing.t000/0");

  story.cancel.set(Cancel::none);
  story.sink.also = {};
  story.world.hanging.clear();
  REQUIRE(story.run(declare(fan(2))).report().ok());
  check_in_order(story, declare(fan(2)));
}

TEST_CASE("given a Ctrl-C after the last step began, we should not call the run interrupted") {
  Story story;
  story.sink.also = [&](const Event& event) {
    if (std::holds_alternative<StepStarted>(event)) story.cancel.set(Cancel::drain);
  };
  const auto run = story.run(declare({{"a"}}));
  CHECK(run.report().ok());
}

}  // namespace infra::test
