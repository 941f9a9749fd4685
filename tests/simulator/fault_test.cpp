// Delays and failures on demand, and what people do by hand.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include <chrono>
#include <thread>

#include "providers/simulator/simulator.h"
#include "tests/simulator/little_world.h"

namespace infra::test {
namespace {

using simulator::World;

// "+" and "-" for twenty creates, one after the other.
std::string run_of(const testing::TempFolder& folder, const std::string& file, std::int64_t seed, double percent,
                   int count = 20) {
  auto provider = connect(folder, Map({{"file", file}, {"seed", seed}, {"failure", Percent{percent}}}));
  std::string out;
  for (int i = 0; i < count; ++i) {
    const auto wish = request(fmt::format("service.web/{}", i), "container", bridge_inputs("web"));
    auto made = provider->create(wish, Cancel(), {});
    if (!made) CHECK(made.error().code == "E0614");
    out += made ? '+' : '-';
  }
  return out;
}

std::chrono::milliseconds time_of(const std::function<void()>& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
}

}  // namespace

TEST_CASE("failures replay with their seed") {
  testing::TempFolder folder;
  const auto first = run_of(folder, "a.world", 7, 40);
  CHECK(run_of(folder, "b.world", 7, 40) == first);
  CHECK(run_of(folder, "c.world", 8, 40) != first);
  CHECK(run_of(folder, "a.world", 7, 40) != first);  // the world goes on where it was
  CHECK(run_of(folder, "d.world", 7, 0) == std::string(20, '+'));
  CHECK(run_of(folder, "e.world", 7, 100) == std::string(20, '-'));
  const auto many = run_of(folder, "f.world", 3, 25, 1000);
  const auto failed = std::count(many.begin(), many.end(), '-');
  CHECK(failed > 180);
  CHECK(failed < 320);
}

TEST_CASE("a failure leaves nothing, and destroys fail too") {
  testing::TempFolder folder;
  auto sound = connect(folder);
  const auto wish = request("service.web/0", "container", bridge_inputs("web"));
  const auto made = must(sound->create(wish, Cancel(), {}));
  auto failing = connect(folder, Map({{"failure", Percent{100}}, {"seed", 1}}));
  CHECK(!failing->create(request("service.web/1", "container", bridge_inputs("web")), Cancel(), {}));
  CHECK(!failing->update(existing(wish, made.id), wish, Cancel(), {}));
  CHECK(!failing->destroy(existing(wish, made.id), Cancel(), {}));
  const auto seen = must(sound->observe({}));
  REQUIRE(seen.objects.size() == 1);
  CHECK(seen.objects[0].id == made.id);
}

TEST_CASE("listed addresses fail, by themselves or by their owner") {
  testing::TempFolder folder;
  auto provider = connect(folder, Map({{"fail", List{"service.web/1", "service.api"}}, {"nodes", 1}}));
  auto create = [&](const std::string& address) {
    return provider->create(request(address, "container", bridge_inputs("c")), Cancel(), {});
  };
  CHECK(create("service.web/0").ok());
  for (const char* address : {"service.web/1", "service.api/0", "service.api/1"}) {
    auto refused = create(address);
    REQUIRE(!refused);
    CHECK(refused.error().code == "E0614");
    CHECK_THAT(refused.error().message, Catch::Contains(address));
  }
  CHECK(create("service.apiary/0").ok());
  CHECK(must(provider->observe({})).objects.size() == 2);
}

TEST_CASE("a node that the platform doesn't have is refused") {
  testing::TempFolder folder;
  auto provider = connect(folder, Map({{"nodes", 2}, {"seed", 1}}));
  CHECK(provider->create(request("a.b/0", "container", bridge_inputs("c", {}, "n2")), Cancel(), {}).ok());
  auto refused = provider->create(request("a.b/1", "container", bridge_inputs("c", {}, "n3")), Cancel(), {});
  REQUIRE(!refused);
  CHECK(refused.error().code == "E0612");
}

TEST_CASE("operations take as long as the platform's delay") {
  testing::TempFolder folder;
  auto provider = connect(folder, Map({{"delay", Duration{60}}, {"seed", 1}}));
  const auto wish = request("service.web/0", "container", bridge_inputs("web"));
  ObjectResult made;
  CHECK(time_of([&] { made = must(provider->create(wish, Cancel(), {})); }).count() >= 60);
  CHECK(time_of([&] { must(provider->update(existing(wish, made.id), wish, Cancel(), {})); }).count() >= 60);
  CHECK(time_of([&] { must(provider->destroy(existing(wish, made.id), Cancel(), {})); }).count() >= 60);
  CHECK(time_of([&] { must(provider->observe({})); }).count() < 60);
}

TEST_CASE("an abort cuts the delay: before the effect nothing is made, after it the object is told") {
  testing::TempFolder folder;
  auto provider = connect(folder, Map({{"delay", Duration{10'000}}, {"seed", 1}}));
  const auto wish = request("service.web/0", "container", bridge_inputs("web"));
  Cancel cancel;
  CHECK(time_of([&] {
          const std::jthread later([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            cancel.set(Cancel::abort);
          });
          auto stopped = provider->create(wish, cancel, {});
          REQUIRE(!stopped);
          CHECK(stopped.error().code == "E0703");
        }).count() < 5000);
  CHECK(must(provider->observe({})).objects.empty());

  auto quick = connect(folder, Map({{"delay", Duration{2'000}}, {"seed", 1}}));
  Cancel second;
  World world(folder / "sim.world");
  const std::jthread watcher([&] {
    for (;;) {
      auto objects = world.objects();
      if (!objects || !objects->empty()) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    second.set(Cancel::abort);
  });
  CHECK(time_of([&] { must(quick->create(wish, second, {})); }).count() < 1900);
}

TEST_CASE("a drain doesn't cut anything") {
  testing::TempFolder folder;
  auto provider = connect(folder, Map({{"delay", Duration{40}}, {"seed", 1}}));
  Cancel cancel;
  cancel.set(Cancel::drain);
  CHECK(provider->create(request("service.web/0", "container", bridge_inputs("web")), cancel, {}).ok());
}

TEST_CASE("what took effect and was never answered is found by its token, and made once") {
  testing::TempFolder folder;
  auto provider = connect(folder);
  World world(folder / "sim.world");
  must(world.lose_answers(1));
  const auto wish = request("service.web/0", "container", bridge_inputs("web"));
  auto unanswered = provider->create(wish, Cancel(), {});
  REQUIRE(!unanswered);
  CHECK(unanswered.error().code == "E0601");
  const auto seen = must(provider->observe({}));
  REQUIRE(seen.objects.size() == 1);
  CHECK(seen.objects[0].token == wish.token);
  CHECK(must(provider->create(wish, Cancel(), {})).id == seen.objects[0].id);
  CHECK(must(provider->observe({})).objects.size() == 1);
}

TEST_CASE("a container that stops is seen as failed, with its reason") {
  testing::TempFolder folder;
  auto provider = connect(folder);
  World world(folder / "sim.world");
  const auto made = must(provider->create(request("service.web/0", "container", bridge_inputs("web")), Cancel(), {}));
  must(world.stop(made.id, "out of memory"));
  const auto seen = must(provider->observe({}));
  REQUIRE(seen.objects.size() == 1);
  CHECK(seen.objects[0].health.now == Health::stopped);
  CHECK(seen.objects[0].health.detail == "out of memory");
}

TEST_CASE("the world counts what it is asked for, refused or not") {
  testing::TempFolder folder;
  auto provider = connect(folder);
  World world(folder / "sim.world");
  const auto wish = request("service.web/0", "container", bridge_inputs("web", {port("http", 80, 8080)}));
  const auto made = must(provider->create(wish, Cancel(), {}));
  CHECK(!provider->create(request("service.web/1", "container", wish.inputs), Cancel(), {}));
  must(provider->update(existing(wish, made.id), wish, Cancel(), {}));
  must(provider->observe({}));
  must(provider->destroy(existing(wish, made.id), Cancel(), {}));
  must(provider->destroy(existing(wish, made.id), Cancel(), {}));
  CHECK(must(world.calls()) == std::map<std::string, std::int64_t>{{"create", 2}, {"update", 1}, {"destroy", 2}});
}

TEST_CASE("progress is told") {
  testing::TempFolder folder;
  auto provider = connect(folder);
  std::vector<std::string> lines;
  const Value health = Map({{"command", List{"true"}}, {"every", Duration{1000}}});
  must(provider->create(request("service.web/0", "container", changed(bridge_inputs("web"), "health", health)),
                        Cancel(), [&](std::string line) { lines.push_back(std::move(line)); }));
  CHECK(lines == std::vector<std::string>{"creating", "waiting for health"});
}

TEST_CASE("the platform serves what engines serve") {
  const auto platform = simulator_platform();
  CHECK(platform->kind() == "simulator");
  CHECK(platform->serves("service"));
  CHECK(!platform->serves("balloon"));
  CHECK(platform->types().size() >= 4);
}

}  // namespace infra::test
