// The executor on the real store: every step journaled and durable, and still fast.
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>

#include "state/places/sqlite_store.h"
#include "tests/apply/apply_story.h"

namespace infra::test {
namespace {

namespace fs = std::filesystem;

class Place {
 public:
  Place()
      : folder_(fs::temp_directory_path() /
                fmt::format("infra-apply-{}", std::chrono::steady_clock::now().time_since_epoch().count())) {
    fs::create_directories(folder_);
  }
  ~Place() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  [[nodiscard]] std::unique_ptr<Store> open() const {
    auto store = open_sqlite((folder_ / "state.db").string(), "");
    REQUIRE(store);
    return *std::move(store);
  }

 private:
  fs::path folder_;
};

LoweredGraph things(int n, int needs_every) {
  std::vector<ThingSpec> out;
  for (int i = 0; i < n; ++i) {
    ThingSpec spec{.name = fmt::format("t{:05}", i)};
    if (needs_every > 0 && i % needs_every != 0) spec.needs = {out.back().name};
    out.push_back(spec);
  }
  return declare(out);
}

double seconds_for(const LoweredGraph& desired) {
  const Place place;
  const auto store = place.open();
  const auto lock = store->lock({.user = "u", .host = "h", .command = "test", .process = 1, .since = "now"});
  REQUIRE(lock);
  Story story;
  story.instead = store.get();
  story.parallelism = 10;
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(story.run(desired).report().succeeded == desired.resources.size());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  CHECK(story.look(desired).plan.empty());
  return took.count();
}

}  // namespace

TEST_CASE("a journaled step costs the same however many there are, in a fan and in chains of ten") {
  for (const int chain : {0, 10}) {
    const auto few = seconds_for(things(250, chain)), many = seconds_for(things(1000, chain));
    std::printf("1,000 steps %s: %.3f s\n", chain == 0 ? "in a fan" : "in chains of ten", many);
    CHECK(many < few * 8 + 0.5);  // four times as many, and a machine that has other things to do
  }
}

TEST_CASE("steps in one chain cost one durable commit each") {
  const auto few = seconds_for(things(250, 250)), many = seconds_for(things(1000, 1000));
  std::printf("1,000 steps in one chain: %.3f s\n", many);
  CHECK(many < few * 8 + 0.5);
}

TEST_CASE("given the real store, a stack should live from its first apply to its destroy") {
  const Place place;
  const auto store = place.open();
  const auto lock = store->lock({.user = "u", .host = "h", .command = "test", .process = 1, .since = "now"});
  REQUIRE(lock);
  Story story;
  story.instead = store.get();
  REQUIRE(story.run(declare({{"a"}, {"b", {"a"}}})).report().ok());
  REQUIRE(story.run(declare({{.name = "a", .key = "2"}, {.name = "b", .needs = {"a"}, .value = "2"}})).report().ok());
  CHECK(story.world.addresses() == std::vector<std::string>{"thing.a/0", "thing.b/0"});
  REQUIRE(story.destroy().report().ok());
  CHECK(story.world.things.empty());
  const auto left = place.open()->load();
  REQUIRE(left);
  CHECK(left->resources.empty());
  CHECK(left->intents.empty());
  CHECK(left->platforms.empty());
}

}  // namespace infra::test
