#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "providers/engine/build_context.h"
#include "providers/registry/registry_client.h"
#include "tests/nodes/nodes_world.h"

namespace infra::testing {

using Catch::Contains;
using Catch::EndsWith;
using Catch::Equals;
using Catch::StartsWith;

namespace {

Map image(const SourceTree& sources, const std::string& repository, std::initializer_list<Entry> more = {}) {
  const auto files = engine::build_context(sources, "web", "Dockerfile");
  REQUIRE(files);
  Map out = record({{"node", "a"},
                    {"repository", repository},
                    {"tag", "1"},
                    {"context", "web"},
                    {"dockerfile", "Dockerfile"},
                    {"args", record({{"NAME", "ada"}})},
                    {"context_hash", *engine::context_hash(sources, *files)},
                    {"insecure", true}});
  for (const auto& [name, value] : more) out.set(name, value);
  return out;
}

std::string in_registry(const std::string& name) { return world().registry.endpoint() + "/" + name; }

std::vector<std::string> tags(const std::string& name) {
  const registry::RegistryClient client({.endpoint = world().registry.endpoint(), .insecure = true});
  auto found = client.tags(name);
  REQUIRE(found);
  return found->value_or(std::vector<std::string>());
}

}  // namespace

TEST_CASE("an image is built, pushed, run by its digest, and taken away again", "[docker]") {
  const AppSources sources("built for");
  Stage stage(&sources);
  const auto made = stage.must_create("image.web/image", "image", image(sources, in_registry("shop/web")));
  const auto ref = *made.outputs["ref"].string();
  CHECK_THAT(ref, Contains("/shop/web@sha256:"));
  CHECK(tags("shop/web") == std::vector<std::string>{"1"});
  const auto seen = stage.seen("image.web/image");
  REQUIRE(seen);
  CHECK(seen->health.now == Health::healthy);
  CHECK(seen->outputs == made.outputs);

  // Another engine has only the registry: as if it were one, the image is removed here first.
  world().engine.lines({"rmi", "-f", made.id});
  const auto container = stage.must_create("service.api/0", "container", app_container({{"image", ref}}));
  CHECK_THAT(fetch(fmt::format("http://127.0.0.1:{}/", *container.outputs["ports"]["http"].integer())),
             Contains("built for ada"));
  CHECK(stage.destroy("service.api/0"));

  CHECK(stage.destroy("image.web/image"));
  CHECK(tags("shop/web").empty());
  world().engine.docker({"rmi", "-f", ref});
}

// Each node that runs a task of it has pulled it, with its labels.
TEST_CASE("an image that lies on two nodes is one object", "[docker]") {
  const AppSources sources("on two");
  Stage stage(&sources);
  const auto made = stage.must_create("image.web/image", "image", image(sources, in_registry("shop/two")));
  const auto endpoint = record({{"endpoint", world().engine.endpoint()}});
  auto both =
      nodes_platform()->connect({.owner = stage.owner(),
                                 .platform = {.name = "here",
                                              .kind = "nodes",
                                              .config = record({{"node", record({{"a", endpoint}, {"b", endpoint}})}})},
                                 .sources = nullptr});
  REQUIRE(both);
  const auto seen = (*both)->observe(stage.known());
  REQUIRE(seen);
  CHECK(seen->unreachable.empty());
  REQUIRE(seen->objects.size() == 1);
  CHECK(seen->objects.front().id == made.id);
}

TEST_CASE("a build's progress counts the steps of the Dockerfile, not our own") {
  const AppSources sources("counted");
  Stage stage(&sources);
  stage.must_create("image.web/image", "image", image(sources, ""));
  std::vector<std::string> steps;
  for (const auto& line : stage.said()) {
    if (line.starts_with("building: ")) steps.push_back(line);
  }
  REQUIRE(steps.size() == 5);
  // Podman doesn't say how many there are.
  CHECK_THAT(steps.front(), Equals("building: Step 1/5 : FROM scratch") || Equals("building: Step 1 : FROM scratch"));
  CHECK_THAT(steps.back(), StartsWith("building: Step 5") && EndsWith(" : ENTRYPOINT [\"/app\"]"));
}

TEST_CASE("destroying an image leaves nothing of it on the engine") {
  const AppSources sources("short-lived");
  Stage stage(&sources);
  const auto before = world().engine.images();
  stage.must_create("image.web/image", "image", image(sources, in_registry("shop/gone")));
  CHECK(stage.destroy("image.web/image"));
  CHECK(world().engine.images() == before);
  CHECK(stage.observe().objects.empty());
}

TEST_CASE("an image without a repository stays on its node and is run by its id") {
  const AppSources sources("local");
  Stage stage(&sources);
  const auto made = stage.must_create("image.web/image", "image", image(sources, ""));
  CHECK(*made.outputs["ref"].string() == made.id);
  const auto container =
      stage.must_create("service.api/0", "container", app_container({{"image", made.outputs["ref"]}}));
  CHECK_THAT(fetch(fmt::format("http://127.0.0.1:{}/", *container.outputs["ports"]["http"].integer())),
             Contains("local ada"));
}

TEST_CASE("a build that fails says where") {
  const MemoryTree sources(std::map<std::string, std::string>{{"web/Dockerfile", "FROM scratch\nCOPY missing /x\n"}});
  Stage stage(&sources);
  const auto failed = stage.create("image.web/image", "image", image(sources, ""));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == "E0607");
  CHECK_THAT(failed.error().message, Contains("missing") && Contains(": COPY missing /x"));
  CHECK(stage.observe().objects.empty());
}

TEST_CASE("files that changed after the plan aren't built") {
  const AppSources planned("old");
  const AppSources now("new");
  Stage stage(&now);
  const auto failed = stage.create("image.web/image", "image", image(planned, ""));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == "E0607");
  CHECK_THAT(failed.error().message, Contains("have changed since the plan"));
}

TEST_CASE("an immutable repository's tag isn't moved") {
  const AppSources sources("first");
  Stage stage(&sources);
  stage.must_create("image.web/image", "image", image(sources, in_registry("shop/fixed"), {{"immutable", true}}));
  const auto again =
      stage.create("image.web/image", "image", image(sources, in_registry("shop/fixed"), {{"immutable", true}}));
  REQUIRE_FALSE(again);
  CHECK(again.error().code == "E0605");
  CHECK_THAT(again.error().message, Contains("immutable"));
}

TEST_CASE("a push to a registry that is down leaves no image, and says so") {
  const AppSources sources("x");
  Stage stage(&sources);
  const auto failed =
      stage.create("image.web/image", "image", image(sources, fmt::format("localhost:{}/web", free_port())));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == "E0605");
  CHECK(stage.observe().objects.empty());
}

TEST_CASE("credentials are needed, and used") {
  PrivateRegistry guarded({.username = "ada", .password = "analytical"});
  const AppSources sources("guarded");
  Stage stage(&sources);
  const auto target = guarded.endpoint() + "/shop/web";
  auto with = [&](const char* user, const char* password) {
    return image(sources, target, {{"username", user}, {"password", Value::secret(password)}});
  };
  const auto refused = stage.create("image.web/image", "image", with("ada", "wrong-pass"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "E0605");
  CHECK(refused.error().text().find("wrong-pass") == std::string::npos);

  const auto made = stage.must_create("image.web/image", "image", with("ada", "analytical"));
  world().engine.lines({"rmi", "-f", made.id});
  auto container = [&](const char* password) {
    return app_container({{"image", made.outputs["ref"]}, {"username", "ada"}, {"password", Value::secret(password)}});
  };
  const auto unpulled = stage.create("service.api/0", "container", container("wrong-pass"));
  REQUIRE_FALSE(unpulled);
  CHECK(unpulled.error().code == "E0605");
  stage.must_create("service.api/0", "container", container("analytical"));
}

}  // namespace infra::testing
