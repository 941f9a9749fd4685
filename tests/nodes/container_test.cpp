#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/nodes/nodes_world.h"

namespace infra::testing {

using Catch::Contains;

namespace {

std::int64_t http_port(const Value& outputs) {
  const auto* port = outputs["ports"]["http"].integer();
  return port != nullptr ? *port : 0;
}

std::string url(const Value& outputs, const std::string& path = "/") {
  return fmt::format("http://127.0.0.1:{}{}", http_port(outputs), path);
}

Error refusal(Stage& stage, Map inputs) {
  auto made = stage.create("service.api/0", "container", std::move(inputs));
  if (made) FAIL("it was created");
  // A failed create leaves nothing.
  CHECK(world().engine.containers("infra.lineage=" + stage.owner().lineage).empty());
  CHECK(stage.observe().objects.empty());
  return std::move(made).error();
}

}  // namespace

TEST_CASE("a container serves on the port that the engine chose, and is seen as it is") {
  Stage stage;
  const auto made =
      stage.must_create("service.api/0", "container",
                        app_container({{"env", record({{"TEXT", "hi"}, {"KEY", Value::secret("s3cret")}})},
                                       {"memory", Bytes{64 << 20}},
                                       {"cpu", Cpu::of_units(256)},
                                       {"read_only", true},
                                       {"labels", record({{"team", "x"}})},
                                       {"health", app_health()}}));
  CHECK_THAT(fetch(url(made.outputs)), Contains("hi\n"));
  CHECK(fetch(url(made.outputs, "/env/KEY")) == "s3cret");
  const auto seen = stage.seen("service.api/0");
  REQUIRE(seen);
  CHECK(seen->id == made.id);
  CHECK(seen->outputs == made.outputs);
  CHECK(seen->health.now == Health::healthy);
  const auto inspected =
      world().engine.lines({"inspect", made.id, "-f",
                            "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.ReadonlyRootfs}} {{index "
                            ".Config.Labels \"team\"}} {{.HostConfig.RestartPolicy.Name}} {{.Name}}"});
  CHECK_THAT(inspected.front(), Contains("67108864 250000000 true x no /shop-api-0-"));
  for (const auto& line : stage.said()) CHECK(line.find("s3cret") == std::string::npos);
}

TEST_CASE("what becomes of a container is seen from outside") {
  Stage stage;
  const auto made = stage.must_create("service.api/0", "container", app_container());
  SECTION("killed: failed, with how it ended") {
    world().engine.lines({"kill", made.id});
    world().engine.lines({"wait", made.id});
    const auto seen = stage.seen("service.api/0");
    REQUIRE(seen);
    CHECK(seen->health.now == Health::stopped);
    CHECK_THAT(seen->health.detail, Contains("Exited (137)"));
  }
  SECTION("removed: gone") {
    world().engine.lines({"rm", "-f", made.id});
    CHECK_FALSE(stage.seen("service.api/0"));
    CHECK(stage.destroy("service.api/0"));
  }
  SECTION("restarted: its new port is seen") {
    world().engine.lines({"restart", "-t", "1", made.id});
    const auto seen = stage.seen("service.api/0");
    REQUIRE(seen);
    CHECK_THAT(fetch(url(seen->outputs)), Contains("hello"));
  }
  SECTION("destroyed: nothing is left, and again is no error") {
    const auto object = stage.existing("service.api/0");
    CHECK(stage.destroy("service.api/0"));
    CHECK(stage.provider().destroy(object, Cancel(), {}));
    CHECK(world().engine.containers("infra.lineage=" + stage.owner().lineage).empty());
  }
}

TEST_CASE("a container that becomes unhealthy later is failed") {
  Stage stage;
  stage.must_create("service.api/0", "container",
                    app_container({{"health", app_health()}, {"env", record({{"UNHEALTHY_AFTER", "2"}})}}));
  std::string detail;
  for (int i = 0; i < 100 && detail != "unhealthy"; ++i) {
    const auto seen = stage.seen("service.api/0");
    REQUIRE(seen);
    detail = seen->health.detail;
    run({"sleep", "0.2"});
  }
  CHECK(detail == "unhealthy");
}

TEST_CASE("an image that doesn't exist is named, with what to do") {
  Stage stage;
  const auto error = refusal(stage, app_container({{"image", world().registry.endpoint() + "/no/such:1"}}));
  CHECK(error.code == "E0604");
  CHECK_THAT(error.message, Contains("/no/such:1"));
  CHECK_FALSE(error.help.empty());
  CHECK(refusal(stage, app_container({{"image", "sha256:" + std::string(64, '0')}})).code == "E0604");
}

TEST_CASE("a registry that is down is named, with what to do") {
  Stage stage;
  const auto error = refusal(stage, app_container({{"image", fmt::format("localhost:{}/web:1", free_port())}}));
  CHECK(error.code == "E0605");
  CHECK_THAT(error.message, Contains("connection refused"));
  CHECK_FALSE(error.help.empty());
}

TEST_CASE("a port that is taken is named, with its node") {
  Stage stage;
  const auto port = free_port();
  auto fixed = [&] {
    return List(1, Value(record({{"name", "http"}, {"container", 8080}, {"host", port}, {"protocol", "tcp"}})));
  };
  Stage other;
  const auto made = other.must_create("service.first/0", "container", app_container({{"ports", fixed()}}));
  CHECK(http_port(made.outputs) == port);
  auto error = refusal(stage, app_container({{"ports", fixed()}}));
  CHECK(error.code == "E0606");
  CHECK_THAT(error.message, Contains(fmt::format("host port {} is taken on node `a`", port)));

  // By a program that isn't a container.
  error = refusal(stage, app_container({{"ports", List(1, Value(record({{"name", "http"},
                                                                        {"container", 8080},
                                                                        {"host", world().registry.port()},
                                                                        {"protocol", "tcp"},
                                                                        {"ip", "127.0.0.1"}})))}}));
  CHECK(error.code == "E0606");
  CHECK_THAT(error.message, Contains(fmt::format("host port {}", world().registry.port())));
}

TEST_CASE(
    "an unhealthy container is removed, and the error has the check's words and the end of its log without secrets") {
  Stage stage;
  const auto error = refusal(
      stage, app_container({{"health", app_health("/nothing")}, {"env", record({{"PORT", Value::secret("8081")}})}}));
  CHECK(error.code == "E0608");
  CHECK_THAT(error.message, Contains("its health check failed"));
  CHECK_THAT(error.message, Contains("listening on port ***"));
  CHECK(error.message.find("8081") == std::string::npos);
}

TEST_CASE("a container that ends at once is an error with its exit code and its last words") {
  Stage stage;
  auto error =
      refusal(stage, app_container({{"command", List({"exit", "3"})}, {"env", record({{"TEXT", "no database"}})}}));
  CHECK(error.code == "E0608");
  CHECK_THAT(error.message, Contains("exited with code 3") && Contains("no database"));

  error = refusal(stage, app_container({{"entrypoint", List({"/no/such/program"})}}));
  CHECK(error.code == "E0608");
  CHECK_THAT(error.message, Contains("can't run its command"));
}

TEST_CASE("a container that doesn't become healthy in time is an error") {
  Stage stage;
  const auto error =
      refusal(stage, app_container({{"health", record({{"command", List({"/infra_testapp", "check", "/no"})},
                                                       {"every", Duration{60'000}},
                                                       {"timeout", Duration{1'000}},
                                                       {"retries", 0},
                                                       {"grace", Duration{0}}})},
                                    {"start_timeout", Duration{1'000}}}));
  CHECK(error.code == "E0608");
  CHECK_THAT(error.message, Contains("isn't healthy after 1 s"));
}

TEST_CASE("a container may be meant to end") {
  Stage stage;
  stage.must_create("service.api/0/setup", "container",
                    app_container({{"until", "succeeded"}, {"command", List({"exit", "0"})}}));
  stage.must_create("service.api/0/try", "container",
                    app_container({{"until", "completed"}, {"command", List({"exit", "9"})}}));
  CHECK(stage.seen("service.api/0/setup")->health.now == Health::healthy);
  CHECK(stage.seen("service.api/0/try")->health.now == Health::healthy);
  const auto failed = stage.create("service.api/0/bad", "container",
                                   app_container({{"until", "succeeded"}, {"command", List({"exit", "9"})}}));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == "E0608");
}

TEST_CASE("containers of a network reach each other by alias, and a group shares one network") {
  Stage stage;
  const auto network = stage.must_create(
      "subnet.main/a", "network",
      record({{"node", "a"}, {"name", "shop-main"}, {"cidr", Cidr{.base = {.bytes = {10, 77, 0, 0}}, .prefix = 24}}}));
  const Value joined =
      record({{"mode", "network"}, {"networks", List(1, Value(network.id))}, {"aliases", List({"api"})}});
  const auto api = stage.must_create(
      "service.api/0/web", "container",
      app_container({{"network", joined}, {"ports", List()}, {"env", record({{"TEXT", "from api"}})}}));
  const auto* address = api.outputs["address"].string();
  REQUIRE(address != nullptr);
  CHECK(address->starts_with("10.77.0."));
  CHECK_THAT(fetch("http://" + *address + ":8080/"), Contains("from api"));

  // A second container in the first one's network, found on its address.
  stage.must_create("service.api/0/side", "container",
                    app_container({{"network", record({{"mode", "container"}, {"container", api.id}})},
                                   {"ports", List()},
                                   {"env", record({{"PORT", "9090"}, {"TEXT", "from side"}})}}));
  CHECK_THAT(fetch("http://" + *address + ":9090/"), Contains("from side"));

  const auto front = stage.must_create(
      "service.front/0", "container",
      app_container(
          {{"network",
            record({{"mode", "network"}, {"networks", List(1, Value(network.id))}, {"aliases", List({"front"})}})},
           {"ports", List()}}));
  CHECK_THAT(fetch("http://" + *front.outputs["address"].string() + ":8080/fetch/api:8080/"), Contains("from api"));
}

TEST_CASE("a container on the node's own network has the node's ports") {
  Stage stage;
  const auto port = free_port();
  const auto made = stage.must_create(
      "service.api/0", "container",
      app_container(
          {{"network", record({{"mode", "host"}})},
           {"env", record({{"PORT", fmt::format("{}", port)}})},
           {"ports",
            List(1, Value(record({{"name", "http"}, {"container", port}, {"host", port}, {"protocol", "tcp"}})))}}));
  CHECK(http_port(made.outputs) == port);
  CHECK_THAT(fetch(url(made.outputs)), Contains("hello"));
}

TEST_CASE("a container that somebody else runs from our image isn't ours") {
  Stage stage;
  stage.must_create("service.api/0", "container", app_container());
  world().engine.lines({"run", "-d", "--name", "stranger", "--label", "infra.lineage=" + stage.owner().lineage,
                        "--label", "infra.stack=shop", "--label", "infra.address=image.web/image", "--label",
                        "infra.type=image", kApp});
  CHECK(stage.observe().objects.size() == 1);
  world().engine.lines({"rm", "-f", "stranger"});
}

}  // namespace infra::testing
