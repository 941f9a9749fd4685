// The everyday faults of engines, as the world has them.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include <filesystem>

#include "tests/simulator/little_world.h"

namespace infra::test {
namespace {

using simulator::World;

// A refusal with this code, words and a remedy.
void check_refused(const Result<ObjectResult>& result, const std::string& code, const std::string& words) {
  REQUIRE(!result);
  INFO(result.error().text());
  CHECK(result.error().code == code);
  CHECK_THAT(result.error().message, Catch::Contains(words));
  CHECK(!result.error().help.empty());
}

Result<ObjectResult> make(World& world, const std::string& type, Value inputs) {
  static int number = 0;
  return world.create(kShop, request(fmt::format("test.{}/{}", type, ++number), type, std::move(inputs)));
}

Result<Ok> remove(World& world, const std::string& type, const std::string& id) {
  return world.destroy(kShop, {.address = {.kind = "test", .path = type}, .type = type, .id = id});
}

}  // namespace

TEST_CASE("looking at a world that doesn't exist makes no file") {
  testing::TempFolder folder;
  World world(folder / "below/sim.world");
  CHECK(must(world.observe(kShop)).empty());
  CHECK(must(world.objects()).empty());
  CHECK(must(world.calls()).empty());
  CHECK(!std::filesystem::exists(folder / "below"));
}

TEST_CASE("networks of one node differ in name and range") {
  testing::TempFolder folder;
  World world(folder / "sim.world");
  const auto first = must(make(world, "network", network_inputs("main", "10.0.0.0/16")));
  must(make(world, "network", network_inputs("low", "9.255.0.0/16")));
  must(make(world, "network", network_inputs("high", "10.1.0.0/16")));
  must(make(world, "network", network_inputs("six", "fd00::/64")));
  must(make(world, "network", network_inputs("main", "10.0.0.0/16", "n2")));
  check_refused(make(world, "network", network_inputs("main", "10.9.0.0/16")), "E0609", "of that name");
  for (const char* cidr : {"10.0.0.0/16", "10.0.255.0/24", "10.0.0.0/8", "0.0.0.0/0", "fd00::/32"}) {
    INFO(cidr);
    check_refused(make(world, "network", network_inputs("other", cidr)), "E0609", cidr);
  }
  REQUIRE(remove(world, "network", first.id).ok());
  must(make(world, "network", network_inputs("main", "10.0.0.0/16")));
}

TEST_CASE("a network in use can't be removed") {
  testing::TempFolder folder;
  World world(folder / "sim.world");
  const auto network = must(make(world, "network", network_inputs("main", "10.0.0.0/24")));
  const auto container = must(make(world, "container", attached_inputs("web", network.id)));
  auto refused = remove(world, "network", network.id);
  REQUIRE(!refused);
  CHECK(refused.error().code == "E0609");
  CHECK_THAT(refused.error().message, Catch::Contains("web-"));
  CHECK(must(world.objects()).size() == 2);
  SECTION("until its container is removed") { REQUIRE(remove(world, "container", container.id).ok()); }
  SECTION("until its container stops") { must(world.stop(container.id)); }
  CHECK(remove(world, "network", network.id).ok());
}

TEST_CASE("containers get addresses of their network, and leave them to the next") {
  testing::TempFolder folder;
  World world(folder / "sim.world");
  const auto network = must(make(world, "network", network_inputs("main", "10.0.0.0/29")));
  std::vector<ObjectResult> made;
  for (int i = 0; i < 5; ++i) made.push_back(must(make(world, "container", attached_inputs("web", network.id))));
  CHECK(made.front().outputs["address"] == Value("10.0.0.2"));
  CHECK(made.back().outputs["address"] == Value("10.0.0.6"));
  check_refused(make(world, "container", attached_inputs("web", network.id)), "E0610", "10.0.0.0/29");
  REQUIRE(remove(world, "container", made[2].id).ok());
  CHECK(must(make(world, "container", attached_inputs("web", network.id))).outputs["address"] == Value("10.0.0.4"));
}

TEST_CASE("a container needs its network on its own node") {
  testing::TempFolder folder;
  World world(folder / "sim.world");
  const auto network = must(make(world, "network", network_inputs("main", "10.0.0.0/24", "n2")));
  check_refused(make(world, "container", attached_inputs("web", network.id, "n1")), "E0610", network.id);
  check_refused(make(world, "container", attached_inputs("web", "nowhere", "n1")), "E0610", "nowhere");
  must(make(world, "container", attached_inputs("web", network.id, "n2")));
}

TEST_CASE("a container that shares another's network needs it") {
  testing::TempFolder folder;
  World world(folder / "sim.world");
  auto sharing = [](const std::string& id) {
    return changed(bridge_inputs("side"), "network", Map({{"mode", "container"}, {"container", id}}));
  };
  check_refused(make(world, "container", sharing("nobody")), "E0610", "nobody");
  const auto main = must(make(world, "container", bridge_inputs("main")));
  CHECK(must(make(world, "container", sharing(main.id))).outputs["address"] == Value(""));
}

TEST_CASE("a node's port has one holder") {
  testing::TempFolder folder;
  World world(folder / "sim.world");
  const auto first = must(make(world, "container", bridge_inputs("web", {port("http", 80, 8080)})));
  CHECK(first.outputs["ports"]["http"] == Value(8080));
  check_refused(make(world, "container", bridge_inputs("api", {port("http", 80, 8080)})), "E0606", "8080");
  check_refused(make(world, "container", bridge_inputs("two", {port("a", 80, 9090), port("b", 81, 9090)})), "E0606",
                "9090");
  must(make(world, "container", bridge_inputs("api", {port("http", 80, 8080)}, "n2")));
  auto udp = changed(port("dns", 53, 8080), "protocol", "udp");
  must(make(world, "container", bridge_inputs("dns", {udp})));
  SECTION("free again when its container is removed") { REQUIRE(remove(world, "container", first.id).ok()); }
  SECTION("free again when its container stops") { must(world.stop(first.id)); }
  must(make(world, "container", bridge_inputs("api", {port("http", 80, 8080)})));
}

TEST_CASE("in host mode a container takes the ports that it listens on") {
  testing::TempFolder folder;
  World world(folder / "sim.world");
  auto inputs =
      changed(bridge_inputs("web", {port("http", 80, 0)}), "network", Map(std::vector<Entry>{{"mode", "host"}}));
  CHECK(must(make(world, "container", inputs)).outputs["ports"]["http"] == Value(80));
  check_refused(make(world, "container", inputs), "E0606", "80");
}

TEST_CASE("dynamic ports count up from 32768 and begin again when they are used up") {
  testing::TempFolder folder;
  World world(folder / "sim.world");
  const auto first = must(make(world, "container", bridge_inputs("web", {port("a", 80, 0), port("b", 81, 0)})));
  CHECK(first.outputs["ports"] == Value(Map({{"a", 32768}, {"b", 32769}})));
  CHECK(must(make(world, "container", bridge_inputs("web", {port("a", 80, 0)}))).outputs["ports"]["a"] == Value(32770));
  must(make(world, "container", bridge_inputs("last", {port("a", 80, 60998)})));
  const auto rest = must(make(world, "container", bridge_inputs("web", {port("a", 80, 0), port("b", 81, 0)})));
  CHECK(rest.outputs["ports"] == Value(Map({{"a", 60999}, {"b", 32771}})));
}

TEST_CASE("an image that was built here must still be there") {
  testing::TempFolder folder;
  World world(folder / "sim.world");
  const auto repository = must(make(world, "repository", Map({{"endpoint", "localhost:5000"}, {"name", "shop/web"}})));
  CHECK(repository.outputs["url"] == Value("localhost:5000/shop/web"));
  const Value inputs = Map({{"node", "n1"},
                            {"repository", repository.outputs["url"]},
                            {"context", "web"},
                            {"context_hash", "one"},
                            {"dockerfile", "Dockerfile"}});
  const auto image = must(make(world, "image", inputs));
  CHECK(image.outputs["ref"] == Value(fmt::format("localhost:5000/shop/web@{}", *image.outputs["digest"].string())));
  auto runs = [&](const std::string& ref) {
    return make(world, "container", changed(bridge_inputs("web"), "image", ref));
  };
  must(runs(*image.outputs["ref"].string()));
  must(runs("docker.io/library/nginx:1.25"));
  must(runs("localhost:5000/another:1"));
  check_refused(runs("localhost:5000/shop/web@sha256:0"), "E0604", "sha256:0");
  check_refused(runs("localhost:5000/shop/web:2"), "E0604", "shop/web:2");
  REQUIRE(remove(world, "image", image.id).ok());
  check_refused(runs(*image.outputs["ref"].string()), "E0604", "shop/web");
}

TEST_CASE("an image without a repository reaches each node for as long as it is there") {
  testing::TempFolder folder;
  World world(folder / "sim.world");
  const Value inputs = Map({{"node", "n1"}, {"repository", ""}, {"context", "web"}, {"context_hash", "one"}});
  const auto image = must(make(world, "image", inputs));
  CHECK(image.outputs["ref"] == image.outputs["image_id"]);
  CHECK(image.outputs["digest"] == image.outputs["image_id"]);
  must(make(world, "container", changed(bridge_inputs("web"), "image", image.outputs["ref"])));
  must(make(world, "container", changed(bridge_inputs("web", {}, "n2"), "image", image.outputs["ref"])));
  REQUIRE(remove(world, "image", image.id).ok());
  check_refused(make(world, "container", changed(bridge_inputs("late"), "image", image.outputs["ref"])), "E0604",
                "sha256:");
}

TEST_CASE("an image is what its content is") {
  testing::TempFolder folder;
  World world(folder / "sim.world");
  const Value inputs = Map({{"node", "n1"}, {"repository", "r/web"}, {"context", "web"}, {"context_hash", "one"}});
  const auto first = must(make(world, "image", inputs));
  CHECK(must(make(world, "image", changed(inputs, "tag", "next"))).outputs["digest"] == first.outputs["digest"]);
  for (const char* name : {"context_hash", "target", "dockerfile"}) {
    INFO(name);
    CHECK(!(must(make(world, "image", changed(inputs, name, "two"))).outputs["digest"] == first.outputs["digest"]));
  }
  const auto rebuilt = request("image.web/image", "image", changed(inputs, "context_hash", "two"));
  const auto updated = must(world.update(kShop, first.id, rebuilt));
  CHECK(!(updated.outputs["ref"] == first.outputs["ref"]));
}

TEST_CASE("too little memory, names twice, and types that no one knows are refused") {
  testing::TempFolder folder;
  World world(folder / "sim.world");
  check_refused(make(world, "container", changed(bridge_inputs("web"), "memory", Bytes{1 << 20})), "E0610", "1MiB");
  auto twice = request("service.web/0", "container", bridge_inputs("web"));
  must(world.create(kShop, twice));
  auto other = twice;
  other.address = *Address::parse("service.web/1");
  CHECK(
      must(world.create({.stack = "shop", .lineage = "other"}, request("a.b", "container", bridge_inputs("web")))).id !=
      "");
  CHECK(must(world.create(kShop, twice)).id == must(world.create(kShop, other)).id);  // the token is the same
  check_refused(world.create({.stack = "shop", .lineage = "other"}, twice), "E0610", "of that name");
  CHECK(make(world, "balloon", Map()).error().code == "E0610");
}

TEST_CASE("what is gone can't be updated, and a stranger's object neither") {
  testing::TempFolder folder;
  World world(folder / "sim.world");
  const auto wish = request("service.web/0", "container", bridge_inputs("web"));
  const auto made = must(world.create(kShop, wish));
  check_refused(world.update({.stack = "shop", .lineage = "other"}, made.id, wish), "E0610", made.id);
  must(world.remove(made.id));
  check_refused(world.update(kShop, made.id, wish), "E0610", made.id);
}

TEST_CASE("a container that should end has ended") {
  testing::TempFolder folder;
  World world(folder / "sim.world");
  must(make(world, "container", changed(bridge_inputs("migrate"), "until", "succeeded")));
  const auto seen = must(world.observe(kShop));
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].health.now == Health::completed);
  CHECK(seen[0].health.detail == "exited with code 0");
}

}  // namespace infra::test
