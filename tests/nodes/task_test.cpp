// The provider type "task" on a real engine: one container, groups in their order, and what the engine does where
// nobody watches.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/nodes/nodes_world.h"

namespace infra::testing {

using Catch::Contains;

namespace {

const auto kSecond = Duration{1'000};

Map one(std::initializer_list<Entry> more = {}) {
  Map out = record({{"image", kApp},
                    {"stop_timeout", kSecond},
                    {"start_timeout", Duration{20'000}},
                    {"env", Map()},
                    {"labels", Map()},
                    {"read_only", false}});
  for (const auto& [name, value] : more) out.set(name, value);
  return out;
}

Value on_port(int port) { return record({{"PORT", fmt::format("{}", port)}}); }

Map task_of(Map containers, const std::string& mode = "bridge") {
  return record({{"node", "a"}, {"name", "shop-api"}, {"mode", mode}, {"containers", std::move(containers)}});
}

// A group in one network: `db`, then `api` when `db` is healthy, then `front` when `api` has started.
Map group(const std::string& network, std::initializer_list<Entry> front = {}) {
  auto last = one({{"env", on_port(8082)}, {"after", record({{"api", "started"}})}});
  for (const auto& [name, value] : front) last.set(name, value);
  auto out = task_of(record({{"front", std::move(last)},
                             {"api", one({{"env", on_port(8081)}, {"after", record({{"db", "healthy"}})}})},
                             {"db", one({{"health", app_health()}})}}),
                     "network");
  out.set("networks", List(1, Value(network)));
  out.set("aliases", List({"api"}));
  return out;
}

std::string inspect(const std::string& id, const std::string& what) {
  return world().engine.lines({"inspect", id, "-f", what}).front();
}

void end_process(const std::string& id) { run({"kill", "-9", inspect(id, "{{.State.Pid}}")}); }

bool becomes(const Stage& stage, Health::Now health) {
  for (int i = 0; i < 100; ++i) {
    const auto seen = stage.seen("service.api/0");
    if (seen && seen->health.now == health) return true;
    run({"sleep", "0.1"});
  }
  return false;
}

}  // namespace

TEST_CASE("a task of one container is accepted at once, and seen healthy when it is") {
  Stage stage;
  const auto made =
      stage.must_create("service.api/0", "task", task_of(record({{"web", one({{"health", app_health()}})}})));
  CHECK(made.health.now != Health::stopped);
  CHECK(becomes(stage, Health::healthy));
  CHECK(stage.seen("service.api/0")->id == made.id);
  CHECK(inspect(container_of(made, "web"), "{{.HostConfig.RestartPolicy.Name}}") ==
        (on_podman() ? "always" : "unless-stopped"));
}

TEST_CASE("without a check a task has to run for its settling time") {
  const auto settle = GENERATE(as<std::int64_t>(), 0, 1'000, 3'000);
  CAPTURE(settle);
  Stage stage;
  auto inputs = task_of(record({{"web", one()}}));
  inputs.set("settle", Duration{settle});
  const auto begun = std::chrono::steady_clock::now();
  stage.must_create("service.api/0", "task", std::move(inputs));
  const auto first = stage.seen("service.api/0")->health;
  if (settle == 0) CHECK(first.now == Health::healthy);
  if (settle == 3'000) CHECK(first == Health{.now = Health::starting, .detail = "settling"});
  REQUIRE(becomes(stage, Health::healthy));
  // Engines tell whole seconds, rounded down; the task began to run after `begun`.
  CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(settle));
}

TEST_CASE("where no loop runs the engine brings a task's process back within seconds") {
  Stage stage;
  const auto made = stage.must_create("service.api/0", "task", task_of(record({{"web", one()}})));
  const auto id = container_of(made, "web");
  REQUIRE(becomes(stage, Health::healthy));
  const auto before = inspect(id, "{{.State.Pid}}");
  end_process(id);
  std::string now = before;
  for (int i = 0; i < 50 && (now == before || now == "0"); ++i) {
    run({"sleep", "0.1"});
    now = inspect(id, "{{.State.Pid}}");
  }
  CHECK(now != before);
  CHECK(now != "0");
  CHECK(stage.seen("service.api/0")->id == made.id);
}

TEST_CASE("a task that ends again and again isn't taken for a healthy one", "[docker]") {
  Stage stage;
  stage.must_create("service.api/0", "task", task_of(record({{"web", one({{"command", List({"exit", "3"})}})}})));
  Health health;
  for (int i = 0; i < 200 && (health.restarts < 3 || health.exit == 0); ++i) {
    const auto seen = stage.seen("service.api/0");
    REQUIRE(seen);
    health = seen->health;
    CHECK(health.now != Health::healthy);
    run({"sleep", "0.1"});
  }
  CHECK(health.restarts >= 3);
  CHECK(health.exit == 3);
  CHECK_THAT(health.detail, Contains("exit code 3 the last time"));
}

TEST_CASE("a group starts in its order, shares one network, and goes whole") {
  Stage stage;
  const auto made = stage.must_create("service.api/0", "task", group(subnet_network(stage, "shop-tasks", 78)));
  CHECK(becomes(stage, Health::healthy));
  const auto started = [&](const std::string& label) {
    return inspect(container_of(made, label), "{{.State.StartedAt}}");
  };
  CHECK(started("db") < started("api"));
  CHECK(started("api") < started("front"));
  CHECK(inspect(container_of(made, "db"), "{{.State.Health.Status}}") == "healthy");
  const auto* address = made.outputs["address"].string();
  REQUIRE(address != nullptr);
  CHECK(address->starts_with("10.78.0."));
  for (const auto* port : {"8080", "8081", "8082"}) {
    CHECK_THAT(fetch(fmt::format("http://{}:{}/", *address, port)), Contains("hello"));
  }
  CHECK(stage.destroy("service.api/0"));
  CHECK(world().engine.containers("infra.lineage=" + stage.owner().lineage).empty());
}

TEST_CASE("an essential container that ends stops the whole task; another one doesn't") {
  Stage stage;
  const auto network = subnet_network(stage, "shop-tasks", 78);
  SECTION("essential") {
    const auto made = stage.must_create("service.api/0", "task", group(network));
    REQUIRE(becomes(stage, Health::healthy));
    world().engine.lines({"kill", container_of(made, "api")});
    CHECK(becomes(stage, Health::stopped));
    CHECK_THAT(stage.seen("service.api/0")->health.detail, Contains("137"));
  }
  SECTION("not essential") {
    const auto made = stage.must_create("service.api/0", "task", group(network, {{"essential", false}}));
    REQUIRE(becomes(stage, Health::healthy));
    world().engine.lines({"kill", container_of(made, "front")});
    run({"sleep", "0.5"});
    CHECK(stage.seen("service.api/0")->health.now == Health::healthy);
  }
}

TEST_CASE("a group of which one can't start leaves nothing, and says what that one wrote") {
  Stage stage;
  auto made = stage.create("service.api/0", "task",
                           task_of(record({{"db", one({{"command", List({"exit", "7"})}, {"health", app_health()}})},
                                           {"api", one({{"after", record({{"db", "healthy"}})}})}})));
  REQUIRE_FALSE(made);
  CHECK(made.error().code == "E0608");
  CHECK_THAT(made.error().message, Contains("container `db` on node `a`"));
  CHECK_THAT(made.error().message, Contains("the end of its log"));
  CHECK(world().engine.containers("infra.lineage=" + stage.owner().lineage).empty());
}

TEST_CASE("a group waits for one that prepares it to end, and without its success there is no group") {
  Stage stage;
  const auto prepared_by = [](const char* code, const char* condition) {
    return task_of(record({{"prepare", one({{"command", List({"exit", code})},
                                            {"env", record({{"TEXT", "preparing"}})},
                                            {"essential", false},
                                            {"until", condition}})},
                           {"api", one({{"after", record({{"prepare", condition}})}})}}));
  };
  auto made = stage.create("service.api/0", "task", prepared_by("7", "succeeded"));
  REQUIRE_FALSE(made);
  CHECK(made.error().code == "E0608");
  CHECK_THAT(made.error().message,
             Contains("container `prepare` on node `a`: it exited with code 7; the end of its log:\npreparing"));
  CHECK(world().engine.containers("infra.lineage=" + stage.owner().lineage).empty());
  CHECK(std::find(stage.said().begin(), stage.said().end(), "waiting until prepare has succeeded") !=
        stage.said().end());

  made = stage.create("service.api/0", "task", prepared_by("7", "completed"));
  REQUIRE(made);
  CHECK(becomes(stage, Health::healthy));
  CHECK(inspect(container_of(*made, "prepare"), "{{.State.FinishedAt}}") <
        inspect(container_of(*made, "api"), "{{.State.StartedAt}}"));
}

}  // namespace infra::testing
