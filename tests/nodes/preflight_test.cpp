// What an engine says of a plan's images before anything is touched.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/nodes/nodes_world.h"
#include "tests/support/listening_server.h"

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

TEST_CASE("an image that exists nowhere is refused before anything is touched", "[docker]") {
  Stage stage;
  const auto refused = asked_before(stage, world().registry.endpoint() + "/no/such:1");
  REQUIRE(refused.size() == 1);
  CHECK(refused.front().error.code == "E0604");
  CHECK_THAT(refused.front().error.message, Contains("/no/such:1 doesn't exist"));
}

TEST_CASE("a log driver that the engine doesn't have is refused before anything is touched") {
  Stage stage;
  const auto asked = [&](const char* driver) {
    const auto container = record({{"image", kApp}, {"log", record({{"driver", driver}})}});
    const auto task = record({{"node", "a"}, {"name", "shop-api"}, {"containers", record({{"web", container}})}});
    return stage.provider().preflight({{.address = *Address::parse("service.api/0"), .type = "task", .inputs = task}});
  };
  CHECK(asked("json-file").empty());
  const auto refused = asked("local");
  REQUIRE(refused.size() == (on_podman() ? 1U : 0U));
  if (refused.empty()) return;
  CHECK(refused.front().error.code == "E0610");
  CHECK_THAT(refused.front().error.message, Contains("node `a` is Podman") && Contains("no log driver `local`"));
  CHECK_THAT(refused.front().error.help, Contains("json-file, k8s-file"));
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

TEST_CASE("a port is another program's unless a container of this stack is just being started on it") {
  Stage stage;
  const ListeningServer holder([](const std::string&) { return ListeningServer::response(200); });
  const auto port = record({{"name", "http"}, {"container", 8080}, {"host", holder.port()}, {"protocol", "tcp"}});
  const auto container = record({{"image", kApp}, {"ports", List{port}}});
  const auto task = record(
      {{"node", "a"}, {"name", "shop-api"}, {"mode", "bridge"}, {"containers", record({{"web", Value(container)}})}});
  const auto asked = [&] {
    return stage.provider().preflight({{.address = *Address::parse("service.api/0"), .type = "task", .inputs = task}});
  };
  const auto refused = asked();
  REQUIRE(refused.size() == 1);
  CHECK(refused.front().error.code == "E0606");
  CHECK_THAT(refused.front().error.message, Contains("taken by another program"));
  // As the engine shows it between binding its port and running it, which is too short to be met in a test.
  const auto starting = world().engine.lines({"create", "--label", "infra.lineage=" + stage.owner().lineage, "-p",
                                              fmt::format("{}:8080", holder.port()), kApp});
  REQUIRE(starting.size() == 1);
  CHECK(asked().empty());
  world().engine.lines({"rm", starting.front()});
  CHECK(asked().size() == 1);
}

TEST_CASE("a container of another stack that has ended holds no port of its node") {
  Stage stage;
  const auto port = free_port();
  const auto ended = world().engine.lines({"create", "--network", "host", "--label", "infra.lineage=another", "--label",
                                           fmt::format("infra.ports=http={}/tcp", port), kApp});
  REQUIRE(ended.size() == 1);
  const auto published = record({{"name", "http"}, {"container", 8080}, {"host", port}, {"protocol", "tcp"}});
  const auto container = record({{"image", kApp}, {"ports", List{published}}});
  const auto task = record(
      {{"node", "a"}, {"name", "shop-api"}, {"mode", "bridge"}, {"containers", record({{"web", Value(container)}})}});
  CHECK(stage.provider()
            .preflight({{.address = *Address::parse("service.api/0"), .type = "task", .inputs = task}})
            .empty());
  world().engine.lines({"rm", ended.front()});
}

TEST_CASE("who can't be asked refuses nothing: it may answer when it is needed") {
  Stage stage;
  CHECK(asked_before(stage, fmt::format("localhost:{}/web:1", free_port())).empty());
  CHECK(asked_before(stage, "").empty());  // built in this plan
}

}  // namespace infra::testing
