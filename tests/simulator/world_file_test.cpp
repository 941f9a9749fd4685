// The world's file: where it lies, who may share it, what it survives, what it costs.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "providers/simulator/simulated_provider.h"
#include "tests/simulator/little_world.h"

namespace infra::test {
namespace {

using simulator::World;

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// Makes containers with a dynamic port each; up to `most`, or until it is killed.
int make_containers(const std::string& path, const std::string& name, int most) {
  World world(path);
  for (int i = 0; i < most; ++i) {
    auto made = world.create(
        kShop, request(fmt::format("service.{}/{}", name, i), "container", bridge_inputs(name, {port("http", 80, 0)})));
    if (!made) return 1;
  }
  return 0;
}

template <class Body>
pid_t in_child(Body body) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(body());
  return child;
}

int status_of(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void check_distinct_ports(World& world, std::size_t objects) {
  const auto all = must(world.objects());
  CHECK(all.size() == objects);
  std::set<std::int64_t> ports;
  std::set<std::string> addresses;
  for (const auto& object : all) {
    ports.insert(*object.outputs["ports"]["http"].integer());
    addresses.insert(*object.outputs["address"].string());
  }
  CHECK(ports.size() == all.size());
  CHECK(addresses.size() == all.size());
}

}  // namespace

TEST_CASE("a world lies where its platform says") {
  CHECK(simulator::world_path(simulator(), "/home/x/.infra") == "/home/x/.infra/sim.world");
  CHECK(simulator::world_path(simulator(Map(std::vector<Entry>{{"file", "w"}})), "/h") == "/h/w");
  CHECK(simulator::world_path(simulator(Map(std::vector<Entry>{{"file", "/tmp/w"}})), "/h") == "/tmp/w");
}

TEST_CASE("what isn't a world is refused and left as it is") {
  testing::TempFolder folder;
  const auto path = folder.write("sim.world", std::string(5000, 'x'));
  World world(path);
  auto refused = world.observe(kShop);
  REQUIRE(!refused);
  CHECK(refused.error().code == "E0613");
  CHECK_THAT(refused.error().message, Catch::Contains(path));
  CHECK(world.create(kShop, request("a.b/0", "container", bridge_inputs("c"))).error().code == "E0613");
  CHECK(bytes_of(path) == std::string(5000, 'x'));
  folder.write("file", "");
  CHECK(World(folder / "file/sim.world")
            .create(kShop, request("a.b/0", "network", network_inputs("n", "10.0.0.0/8")))
            .error()
            .code == "E0613");
}

TEST_CASE("secrets don't stand in a world's file") {
  testing::TempFolder folder;
  {
    World world(folder / "sim.world");
    const Value env = Map({{"TOKEN", Value::secret("analytical-engine")}, {"A", "open"}});
    must(world.create(kShop, request("a.b/0", "container", changed(bridge_inputs("c"), "env", env))));
  }
  const auto bytes = bytes_of(folder / "sim.world");
  CHECK(bytes.find("open") != std::string::npos);
  CHECK(bytes.find("analytical-engine") == std::string::npos);
}

TEST_CASE("several processes make and use one world at once") {
  testing::TempFolder folder;
  const auto path = folder / "sim.world";
  std::vector<pid_t> children;
  for (const char* name : {"a", "b", "c", "d"}) {
    children.push_back(in_child([&] { return make_containers(path, name, 60); }));
  }
  for (const auto child : children) CHECK(status_of(child) == 0);
  World world(path);
  check_distinct_ports(world, 240);
}

TEST_CASE("a world survives kill -9 of those who use it") {
  testing::TempFolder folder;
  const auto path = folder / "sim.world";
  std::size_t last = 0;
  for (int round = 0; round < 15; ++round) {
    INFO("round " << round);
    const auto name = fmt::format("r{}", round);
    const auto child = in_child([&] { return make_containers(path, name, 100'000); });
    std::this_thread::sleep_for(std::chrono::milliseconds(5 + round * 3));
    ::kill(child, SIGKILL);
    CHECK(status_of(child) == -1);
    World world(path);
    const auto now = must(world.objects()).size();
    CHECK(now >= last);
    check_distinct_ports(world, now);
    last = now;
  }
  CHECK(last > 0);
}

TEST_CASE("a thousand creates and a look at them are quick") {
  testing::TempFolder folder;
  auto provider = connect(folder);
  std::vector<CreateRequest> wishes;
  for (int i = 0; i < 1000; ++i) {
    wishes.push_back(
        request(fmt::format("service.web/{}", i), "container", bridge_inputs("web", {port("http", 80, 0)})));
  }
  // The processor's time: other programs of a busy machine don't count.
  auto since = std::clock();
  auto lap = [&] {
    const auto now = std::clock();
    return 1000.0 * static_cast<double>(now - std::exchange(since, now)) / CLOCKS_PER_SEC;
  };
  for (const auto& wish : wishes) must(provider->create(wish, Cancel(), {}));
  const double created = lap();
  CHECK(must(provider->observe({})).objects.size() == 1000);
  const double observed = lap();
  WARN(fmt::format("1000 creates: {:.0f} ms of processor time, one observe: {:.1f} ms", created, observed));
  CHECK(created < 600);  // some 100 ms, but much more with sanitizers
  CHECK(observed < 200);
}

}  // namespace infra::test
