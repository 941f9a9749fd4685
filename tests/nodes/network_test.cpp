#include <catch2/catch.hpp>
#include <thread>

#include "tests/nodes/nodes_world.h"
#include "tests/support/process.h"

namespace infra::testing {

using Catch::Contains;

namespace {

Map network(const std::string& name, std::uint8_t third) {
  return record({{"node", "a"}, {"name", name}, {"cidr", Cidr{.base = {.bytes = {10, 87, third, 0}}, .prefix = 24}}});
}

}  // namespace

TEST_CASE("a network is made, seen and removed") {
  Stage stage;
  const auto made = stage.must_create("subnet.main/a", "network", network("shop-main", 0));
  const auto seen = stage.seen("subnet.main/a");
  REQUIRE(seen);
  CHECK(seen->id == made.id);
  CHECK(seen->outputs == made.outputs);
  CHECK(world()
            .engine.lines({"network", "inspect", made.id, "-f", "{{(index .IPAM.Config 0).Subnet}} {{.Internal}}"})
            .front() == "10.87.0.0/24 false");
  CHECK(stage.destroy("subnet.main/a"));
  CHECK(world().engine.networks("infra.lineage=" + stage.owner().lineage).empty());
}

TEST_CASE("a second network of one name, or with another's addresses, is refused by name") {
  Stage stage;
  stage.must_create("subnet.main/a", "network", network("shop-main", 0));
  const auto twice = stage.create("subnet.other/a", "network", network("shop-main", 1));
  REQUIRE_FALSE(twice);
  CHECK(twice.error().code == "E0609");
  CHECK_THAT(twice.error().message, Contains("there is a network shop-main on node `a` already"));

  const auto overlapping = stage.create("subnet.other/a", "network", network("shop-other", 0));
  REQUIRE_FALSE(overlapping);
  CHECK(overlapping.error().code == "E0609");
  CHECK_THAT(overlapping.error().message, Contains("10.87.0.0/24") && Contains("overlap with network shop-main"));
}

TEST_CASE("addresses that a device of this machine has are refused, unless they go while an engine is at work") {
  Stage stage;
  const auto asked = [&] {
    return stage.provider().preflight(
        {{.address = *Address::parse("subnet.main/a"), .type = "network", .inputs = network("shop-main", 7)}});
  };
  REQUIRE(run({"ip", "link", "add", "br-test", "type", "bridge"}).code == 0);
  REQUIRE(run({"ip", "addr", "add", "10.87.7.1/24", "dev", "br-test"}).code == 0);
  const auto refused = asked();
  REQUIRE(refused.size() == 1);
  CHECK(refused.front().error.code == "E0609");
  CHECK_THAT(refused.front().error.message, Contains("the address 10.87.7.1/24 of the device br-test"));
  // As a bridge that the engine makes before it lists its network, or takes away after it.
  std::thread engine([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    run({"ip", "link", "delete", "br-test"});
  });
  CHECK(asked().empty());
  engine.join();
}

TEST_CASE("a network that a stranger's container uses is named as such") {
  Stage stage;
  const auto made = stage.must_create("subnet.main/a", "network", network("shop-main", 0));
  world().engine.lines({"run", "-d", "--name", "guest", "--network", made.id, kApp});
  const auto kept = stage.destroy("subnet.main/a");
  REQUIRE_FALSE(kept);
  CHECK(kept.error().code == "E0609");
  CHECK_THAT(kept.error().message, Contains("is still used by guest"));
  world().engine.lines({"rm", "-f", "guest"});
  CHECK(stage.destroy("subnet.main/a"));
}

TEST_CASE("a container can't join a network that is gone") {
  Stage stage;
  const auto made = stage.create(
      "service.api/0", "container",
      app_container({{"network", record({{"mode", "network"}, {"network", "no-such-network"}})}, {"ports", List()}}));
  REQUIRE_FALSE(made);
  CHECK(made.error().code == "E0609");
  CHECK(stage.observe().objects.empty());
}

}  // namespace infra::testing
