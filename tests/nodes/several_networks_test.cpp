// A task in several networks, on a real engine.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/nodes/nodes_world.h"

namespace infra::testing {

using Catch::Contains;

namespace {

Value network(Stage& stage, const std::string& label, std::uint8_t second_byte) {
  const Cidr addresses{.base = {.bytes = {10, second_byte, 0, 0}}, .prefix = 24};
  return stage
      .must_create("subnet." + label + "/a", "network",
                   record({{"node", "a"}, {"name", "shop-several-" + label}, {"cidr", addresses}}))
      .id;
}

Map task(const std::string& name, List networks, int containers) {
  Map all;
  for (int i = 0; i < containers; ++i) {
    all.set(fmt::format("c{}", i), record({{"image", kApp},
                                           {"env", record({{"PORT", fmt::format("{}", 8080 + i)}})},
                                           {"stop_timeout", Duration{1'000}}}));
  }
  return record({{"node", "a"},
                 {"name", "shop-" + name},
                 {"mode", "network"},
                 {"networks", std::move(networks)},
                 {"aliases", List(1, Value(name))},
                 {"containers", std::move(all)}});
}

bool reaches(const ObjectResult& from, const std::string& url) {
  for (int i = 0; i < 50; ++i) {
    if (world().engine.docker({"exec", container_of(from, "c0"), "/infra_testapp", "check", url}).code == 0)
      return true;
    run({"sleep", "0.1"});
  }
  return false;
}

}  // namespace

TEST_CASE("a task in several networks has its names in each, and the address that it has in the first") {
  const auto containers = GENERATE(1, 2);  // of two the pause container has the networks
  CAPTURE(containers);
  Stage stage;
  const auto first = network(stage, "z", 83);  // by name it is the second
  const auto second = network(stage, "a", 84);
  const auto both = stage.must_create("service.both/0", "task", task("both", List({first, second}), containers));
  const auto left = stage.must_create("service.left/0", "task", task("left", List(1, first), 1));
  const auto right = stage.must_create("service.right/0", "task", task("right", List(1, second), 1));
  // Podman doesn't tell in which one a container was made.
  CHECK(both.outputs["address"].string()->starts_with(on_podman() ? "10.84.0." : "10.83.0."));
  CHECK(stage.seen("service.both/0")->outputs["address"] == both.outputs["address"]);
  CHECK(reaches(left, "http://both:8080/healthz"));
  CHECK(reaches(right, "http://both:8080/healthz"));
  CHECK(reaches(both, "http://left:8080/healthz"));
  CHECK(reaches(both, "http://right:8080/healthz"));
  if (!on_podman()) {
    world().engine.restart();
    CHECK(reaches(left, "http://both:8080/healthz"));
    CHECK(reaches(right, "http://both:8080/healthz"));
  }
  for (const auto* address : {"service.both/0", "service.left/0", "service.right/0", "subnet.z/a", "subnet.a/a"})
    CHECK(stage.destroy(address));
  CHECK(world().engine.containers("infra.lineage=" + stage.owner().lineage).empty());
}

TEST_CASE("nothing is left of a task that one of its networks is gone for") {
  const auto containers = GENERATE(1, 2);
  CAPTURE(containers);
  Stage stage;
  const auto there = network(stage, "z", 83);
  const auto refused = stage.create("service.api/0", "task", task("api", List({there, "no-such-network"}), containers));
  REQUIRE(!refused);
  CHECK(refused.error().code == "E0609");
  CHECK_THAT(refused.error().message, Contains("the network of shop-api-0"));
  CHECK(world().engine.containers("infra.lineage=" + stage.owner().lineage).empty());
}

}  // namespace infra::testing
