#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "base/values/codec.h"

#include "providers/engine/build_context.h"
#include "providers/registry/registry_client.h"
#include "tests/nodes/nodes_world.h"

namespace infra::testing {

using Catch::Contains;

namespace {

Map repository(const std::string& endpoint, std::initializer_list<Entry> more = {}) {
  Map out = record({{"endpoint", endpoint}, {"name", "shop/web"}, {"insecure", true}, {"immutable", false}});
  for (const auto& [name, value] : more) out.set(name, value);
  return out;
}

}  // namespace

TEST_CASE("a repository is there when its registry answers") {
  PrivateRegistry registry;
  Stage stage;
  const auto made =
      stage.must_create("repository.images.web/repository", "repository", repository(registry.endpoint()));
  CHECK(*made.outputs["url"].string() == registry.endpoint() + "/shop/web");
  CHECK(stage.seen("repository.images.web/repository")->health.now == Health::healthy);

  registry.stop();
  const auto silent = stage.observe();
  CHECK(silent.objects.empty());
  REQUIRE(silent.unreachable.size() == 1);
  CHECK(silent.unreachable.front().error.code == "E0605");
  CHECK(silent.unreachable.front().hidden.size() == 1);

  const auto refused =
      stage.create("repository.images.other/repository", "repository", repository(registry.endpoint()));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "E0605");
  CHECK_THAT(refused.error().message, Contains(registry.endpoint()) && Contains("doesn't answer"));
  CHECK_FALSE(refused.error().help.empty());
}

TEST_CASE("while a registry that this stack runs itself is down its repositories are what they were") {
  PrivateRegistry registry;
  Stage stage;
  stage.must_create("repository.images.web/repository", "repository", repository(registry.endpoint()));
  auto known = stage.known();
  const auto container =
      to_json(record({{"node", "a"}, {"ports", List(1, Value(record({{"host", registry.port()}})))}}), "lineage");
  known.push_back({.address = Address::parse("registry.images/container").value(),
                   .type = "container",
                   .id = "x",
                   .recorded_inputs = container});
  registry.stop();
  const auto seen = stage.provider().observe(known);
  REQUIRE(seen);
  CHECK(seen->unreachable.empty());
  REQUIRE(seen->objects.size() == 1);
  CHECK(seen->objects.front().health.now == Health::healthy);
}

TEST_CASE("a registry with users says who may not, and lets in who may") {
  PrivateRegistry registry({.username = "ada", .password = "analytical"});
  Stage stage;
  const auto anonymous =
      stage.create("repository.images.web/repository", "repository", repository(registry.endpoint()));
  REQUIRE_FALSE(anonymous);
  CHECK(anonymous.error().code == "E0605");
  CHECK_THAT(anonymous.error().message, Contains("without a user"));

  const auto wrong =
      stage.create("repository.images.web/repository", "repository",
                   repository(registry.endpoint(), {{"username", "ada"}, {"password", Value::secret("wrong-pass")}}));
  REQUIRE_FALSE(wrong);
  CHECK_THAT(wrong.error().message, Contains("as `ada`"));
  CHECK(wrong.error().text().find("wrong-pass") == std::string::npos);

  stage.must_create("repository.images.web/repository", "repository",
                    repository(registry.endpoint(), {{"username", "ada"}, {"password", Value::secret("analytical")}}));
  CHECK(stage.seen("repository.images.web/repository")->health.now == Health::healthy);
}

TEST_CASE("a name that no registry takes is refused") {
  PrivateRegistry registry;
  Stage stage;
  const auto refused = stage.create("repository.images.web/repository", "repository",
                                    repository(registry.endpoint(), {{"name", "Shop//web"}}));
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().message, Contains("can't be a repository's name"));
}

TEST_CASE("destroying a repository deletes what this stack pushed, and only that") {
  const auto& ours = world().registry;
  const AppSources sources("mine");
  Stage stage(&sources);
  const auto name = ours.endpoint() + "/shop/mixed";
  stage.must_create("repository.images.mixed/repository", "repository",
                    repository(ours.endpoint(), {{"name", "shop/mixed"}}));
  const auto files = engine::build_context(sources, "web", "Dockerfile");
  stage.must_create("image.web/image", "image",
                    record({{"node", "a"},
                            {"repository", name},
                            {"tag", "mine"},
                            {"context", "web"},
                            {"dockerfile", "Dockerfile"},
                            {"context_hash", *engine::context_hash(sources, *files)},
                            {"insecure", true}}));
  world().engine.lines({"tag", kApp, name + ":theirs"});
  world().engine.lines({"push", name + ":theirs"});

  CHECK(stage.destroy("repository.images.mixed/repository"));
  const auto left = registry::RegistryClient({.endpoint = ours.endpoint(), .insecure = true}).tags("shop/mixed");
  REQUIRE((left && *left));
  CHECK(**left == std::vector<std::string>{"theirs"});
  world().engine.lines({"rmi", name + ":theirs"});
}

}  // namespace infra::testing
