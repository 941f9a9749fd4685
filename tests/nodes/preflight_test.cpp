// What an engine says of a plan's images before anything is touched.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/nodes/world.h"

namespace infra::testing {

using Catch::Contains;

namespace {

std::vector<Provider::Refusal> asked_before(Stage& stage, const std::string& image) {
  const auto task = record(
      {{"node", "a"}, {"name", "shop-api"}, {"containers", record({{"web", Value(record({{"image", image}}))}})}});
  auto out =
      stage.provider().preflight({{.address = *Address::parse("service.api/0"), .type = "task", .inputs = task}});
  CHECK(world().engine.containers("infra.lineage=" + stage.owner().lineage).empty());
  return out;
}

}  // namespace

TEST_CASE("an image that is on the node or in its registry is no reason to refuse a plan") {
  Stage stage;
  CHECK(asked_before(stage, kApp).empty());
  const auto pushed = world().registry.endpoint() + "/preflight:1";
  world().engine.lines({"tag", kApp, pushed});
  world().engine.lines({"push", "-q", pushed});
  world().engine.lines({"rmi", pushed});
  CHECK(asked_before(stage, pushed).empty());
}

TEST_CASE("an image that exists nowhere is refused before anything is touched") {
  Stage stage;
  const auto refused = asked_before(stage, world().registry.endpoint() + "/no/such:1");
  REQUIRE(refused.size() == 1);
  CHECK(refused.front().error.code == "E0604");
  CHECK_THAT(refused.front().error.message, Contains("/no/such:1 doesn't exist"));
}

TEST_CASE("an image for another architecture alone may run where it is emulated: a warning") {
  Stage stage;
  auto saved = world().engine.docker({"save", kApp}).output;
  const std::string own = "\"architecture\":\"amd64\"";
  const std::string other = "\"architecture\":\"s390x\"";
  auto at = saved.find(own);
  if (at == std::string::npos) return;  // only the name of this architecture is as long as that of another one
  // In the image's configuration, and in those of its layers.
  for (; at != std::string::npos; at = saved.find(own, at)) saved.replace(at, own.size(), other);
  const auto tag = saved.find("infra-test/app");
  REQUIRE(tag != std::string::npos);
  while (saved.find("infra-test/app") != std::string::npos)
    saved.replace(saved.find("infra-test/app"), 14, "infra-test/far");
  REQUIRE(world().engine.docker({"load"}, saved).code == 0);
  const auto refused = asked_before(stage, "infra-test/far:1");
  REQUIRE(refused.size() == 1);
  CHECK_FALSE(refused.front().certain);
  CHECK(refused.front().error.code == "E0608");
  CHECK_THAT(refused.front().error.message, Contains("is built for s390x, and node `a` is amd64"));
}

TEST_CASE("who can't be asked refuses nothing: it may answer when it is needed") {
  Stage stage;
  CHECK(asked_before(stage, fmt::format("localhost:{}/web:1", free_port())).empty());
  CHECK(asked_before(stage, "").empty());  // built in this plan
}

}  // namespace infra::testing
