#include "planner/rollout/place.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>
#include <set>

namespace infra::test {
namespace {

constexpr std::int64_t kMiB = 1 << 20;

Address service(int number) { return {"service", fmt::format("s{}", number), ""}; }

std::vector<PlaceHost> three_nodes() {
  return {{.name = "a", .labels = {{"zone", "x"}}, .cpu = 2048, .memory = 1024 * kMiB},
          {.name = "b", .labels = {{"zone", "x"}}, .cpu = 2048, .memory = 1024 * kMiB},
          {.name = "c", .labels = {{"zone", "y"}, {"disk", "ssd"}}, .cpu = 2048, .memory = 1024 * kMiB}};
}

std::string nodes_of(const PlaceResult& result) {
  std::string out;
  for (const auto& task : result.tasks) out += task.node;
  return out;
}
PlaceResult place_one(const PlaceRequest& request, const std::vector<PlaceHost>& hosts = three_nodes(),
                      const std::vector<Occupant>& occupants = {}) {
  return place(hosts, occupants, {request}).at(0);
}

struct Case {
  std::vector<PlaceHost> hosts;
  std::vector<Occupant> occupants;
  std::vector<PlaceRequest> requests;
};

class PlaceDice {
 public:
  explicit PlaceDice(std::uint64_t seed) : engine_(seed) {}
  int upto(int most) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(most + 1)); }
  bool one_in(int n) { return upto(n - 1) == 0; }

 private:
  std::mt19937_64 engine_;
};

Demand draw_demand(PlaceDice& dice) {
  Demand demand{.cpu = dice.one_in(3) ? 0 : 64 * dice.upto(16), .memory = dice.one_in(3) ? 0 : dice.upto(512) * kMiB};
  if (dice.one_in(3)) demand.ports.push_back({8000 + dice.upto(2), "tcp"});
  return demand;
}

Case draw_case(std::uint64_t seed) {
  PlaceDice dice(seed);
  Case out;
  for (int i = dice.upto(6); i >= 0; --i) {
    PlaceHost host{.name = fmt::format("n{}", i),
                   .labels = {{"zone", std::string(1, static_cast<char>('x' + dice.upto(2)))}}};
    host.cpu = dice.one_in(4) ? 0 : 1024 * (1 + dice.upto(7));
    host.memory = dice.one_in(4) ? 0 : (512 + dice.upto(4096)) * kMiB;
    host.draining = dice.one_in(8);
    host.answers = !dice.one_in(8);
    if (dice.one_in(4)) host.taken.push_back({8000 + dice.upto(2), "tcp"});
    if (dice.one_in(3)) host.labels["disk"] = "ssd";
    out.hosts.push_back(std::move(host));
  }
  for (int s = dice.upto(8); s >= 0; --s) {
    PlaceRequest r{.service = service(s), .demand = draw_demand(dice), .count = dice.upto(6), .daemon = dice.one_in(6)};
    r.rules.spread = dice.one_in(3) ? "" : dice.one_in(2) ? "node" : "zone";
    r.rules.within = static_cast<Placement::Within>(dice.upto(2));
    r.rules.distinct = dice.one_in(4);
    if (dice.one_in(5)) r.rules.where["disk"] = "ssd";
    std::set<std::string> with_port;
    for (int i = dice.upto(3), stop = 0; i > 0; --i) {
      const auto& node = out.hosts[static_cast<std::size_t>(dice.upto(static_cast<int>(out.hosts.size()) - 1))].name;
      if (!r.demand.ports.empty() && !with_port.insert(node).second) continue;
      Occupant occupant{.service = r.service, .node = node, .demand = r.demand};
      occupant.demand.ports.clear();  // whose it is doesn't matter here
      dice.one_in(2) ? void(occupant.stop = stop++) : r.present.push_back(node);
      out.occupants.push_back(std::move(occupant));
    }
    out.requests.push_back(std::move(r));
  }
  return out;
}

const PlaceHost& host_of(const Case& c, const std::string& name) {
  return *std::find_if(c.hosts.begin(), c.hosts.end(), [&](const auto& h) { return h.name == name; });
}

// Each placed copy is where its rules allow it.
void check_rules(const Case& c, const PlaceRequest& request, const PlaceResult& result) {
  std::multiset<std::string> on(request.present.begin(), request.present.end());
  for (const auto& task : result.tasks) {
    const auto& host = host_of(c, task.node);
    CHECK(host.answers);
    CHECK_FALSE(host.draining);
    for (const auto& [label, value] : request.rules.where) CHECK(host.labels.at(label) == value);
    if (request.rules.distinct || request.daemon) CHECK(on.count(task.node) == 0);
    on.insert(task.node);
  }
  if (!request.daemon) CHECK(static_cast<int>(result.tasks.size()) + result.missing == request.count);
  CHECK((result.missing > 0) == !result.why.empty());
}

// Nobody gets more than there is, when those that had to go first have gone; no port twice.
void check_room(const Case& c, const std::vector<PlaceResult>& results) {
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> used;
  std::map<std::string, std::multiset<HostPort>> ports;
  std::set<std::string> full_before;
  const auto add = [&](const std::string& node, const Demand& demand, int sign) {
    used[node].first += sign * demand.cpu;
    used[node].second += sign * demand.memory;
  };
  for (const auto& host : c.hosts) ports[host.name].insert(host.taken.begin(), host.taken.end());
  for (const auto& occupant : c.occupants) add(occupant.node, occupant.demand, 1);
  for (const auto& host : c.hosts)
    if ((host.cpu > 0 && used[host.name].first > host.cpu) || (host.memory > 0 && used[host.name].second > host.memory))
      full_before.insert(host.name);
  std::set<std::pair<Address, std::size_t>> gone;
  std::map<std::string, std::pair<bool, bool>> asked;
  for (std::size_t i = 0; i < results.size(); ++i) {
    for (const auto& task : results[i].tasks) {
      add(task.node, c.requests[i].demand, 1);
      auto& [cpu, memory] = asked[task.node];
      cpu = cpu || c.requests[i].demand.cpu > 0;
      memory = memory || c.requests[i].demand.memory > 0;
      for (const auto& port : c.requests[i].demand.ports) ports[task.node].insert(port);
      for (const auto stop : task.after) gone.insert({c.requests[i].service, stop});
    }
  }
  for (const auto& occupant : c.occupants)
    if (occupant.stop && gone.count({occupant.service, *occupant.stop}) > 0) add(occupant.node, occupant.demand, -1);
  for (const auto& host : c.hosts) {
    if (full_before.count(host.name) > 0) continue;
    if (host.cpu > 0 && asked[host.name].first) CHECK(used[host.name].first <= host.cpu);
    if (host.memory > 0 && asked[host.name].second) CHECK(used[host.name].second <= host.memory);
    for (const auto& port : ports[host.name]) CHECK(ports[host.name].count(port) == 1);
  }
}

}  // namespace

TEST_CASE("copies are spread over zones, then over nodes") {
  CHECK(nodes_of(place_one({.service = service(1), .count = 4})) == "acbc");
  CHECK(nodes_of(place_one({.service = service(1), .count = 3, .rules = {.spread = "node"}})) == "abc");
  CHECK(nodes_of(place_one({.service = service(1), .count = 1, .present = {"a", "c"}})) == "b");
}

TEST_CASE("copies are packed on as few nodes as possible") {
  const PlaceRequest request{.service = service(1),
                             .demand = {.memory = 400 * kMiB},
                             .count = 3,
                             .rules = {.spread = "", .within = Placement::binpack_memory}};
  CHECK(nodes_of(place_one(request)) == "aab");
}

TEST_CASE("a copy goes only where its labels, its ports and its size allow it") {
  CHECK(nodes_of(place_one({.service = service(1), .count = 2, .rules = {.where = {{"disk", "ssd"}}}})) == "cc");
  const auto ports = place_one({.service = service(1), .demand = {.ports = {{80, "tcp"}}}, .count = 4});
  CHECK(nodes_of(ports) == "acb");
  CHECK(ports.missing == 1);
  CHECK(ports.why == "node a: port 80/tcp is taken; node b: port 80/tcp is taken; node c: port 80/tcp is taken");
  const auto large = place_one({.service = service(1), .demand = {.memory = 2048 * kMiB}, .count = 1});
  CHECK(large.why.find("node a: 1GiB of memory free, 2GiB needed") == 0);
}

TEST_CASE("a node that drains or doesn't answer gets nothing") {
  auto hosts = three_nodes();
  hosts[0].draining = true;
  hosts[1].answers = false;
  CHECK(nodes_of(place_one({.service = service(1), .count = 2}, hosts)) == "cc");
  hosts[2].draining = true;
  CHECK(place_one({.service = service(1), .count = 1}, hosts).why ==
        "node a is draining; node b doesn't answer; node c is draining");
}

TEST_CASE("a daemon has one copy on each node that has none") {
  CHECK(nodes_of(place_one({.service = service(1), .daemon = true, .present = {"b"}})) == "ac");
}

TEST_CASE("a copy waits for its own service's copy to go where no other node has room") {
  std::vector<Occupant> occupants;
  for (std::size_t i = 0; i < 3; ++i)
    occupants.push_back({.service = service(1),
                         .node = std::string(1, static_cast<char>('a' + i)),
                         .demand = {.ports = {{80, "tcp"}}},
                         .stop = i});
  const PlaceRequest request{.service = service(1), .demand = {.ports = {{80, "tcp"}}}, .count = 3};
  const auto own = place_one(request, three_nodes(), occupants);
  REQUIRE(own.tasks.size() == 3);
  for (const auto& task : own.tasks)
    CHECK(task.after == std::vector<std::size_t>{static_cast<std::size_t>(task.node[0] - 'a')});
  // Another service can't wait for it.
  auto other = request;
  other.service = service(2);
  CHECK(place_one(other, three_nodes(), occupants).missing == 3);
}

TEST_CASE("random placements keep every rule, and are the same each time") {
  int placed = 0, waited = 0, missing = 0;
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    INFO("seed " << seed);
    const auto c = draw_case(seed);
    const auto results = place(c.hosts, c.occupants, c.requests);
    const auto again = place(c.hosts, c.occupants, c.requests);
    for (std::size_t i = 0; i < results.size(); ++i) {
      CHECK(nodes_of(results[i]) == nodes_of(again[i]));
      check_rules(c, c.requests[i], results[i]);
      for (const auto& task : results[i].tasks) waited += task.after.empty() ? 0 : 1;
      placed += static_cast<int>(results[i].tasks.size());
      missing += results[i].missing;
    }
    check_room(c, results);
  }
  CHECK(placed > 10'000);
  CHECK(waited > 100);
  CHECK(missing > 1'000);
}

TEST_CASE("a task with a named volume runs where that lies, and nowhere while it may lie on a node that is silent") {
  PlaceRequest request{.service = service(1), .count = 1};
  request.rules.volumes = {"shop-db"};
  auto hosts = three_nodes();
  CHECK(nodes_of(place_one(request, hosts)) == nodes_of(place_one({.service = service(1), .count = 1}, hosts)));
  hosts[1].labels["infra.volume/shop-db"] = "";
  hosts[1].labels["infra.volume/other"] = "";
  CHECK(nodes_of(place_one(request, hosts)) == "b");
  hosts[1].draining = true;
  CHECK(place_one(request, hosts).why ==
        "node a doesn't have the volume shop-db; node b is draining; node c doesn't have the volume shop-db");
  hosts[1].draining = false;
  hosts[1].labels.erase("infra.volume/shop-db");
  hosts[1].answers = false;
  CHECK(place_one(request, hosts).missing == 1);
  request.rules.where = {{"zone", "y"}};  // then it can't lie on the silent one
  CHECK(nodes_of(place_one(request, hosts)) == "c");
}

}  // namespace infra::test
