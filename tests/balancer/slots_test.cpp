// Who gets which slot of a load balancer, and who leaves it.
#include "providers/nodes/balancer/server_slots.h"

#include <catch2/catch.hpp>

#include "providers/nodes/balancer/balancer_targets.h"

namespace {

using namespace infra::nodes::balancer;

const char* const kTable =
    "api.web.http\tservice.api\tweb\thttp\t0\t20000\t2000\t/healthz\n"
    "solo.web.http\tservice.solo\tweb\thttp\t1\t20000\t2000\t\n";

Picture picture(const std::string& slots, const std::string& old_workers = "0\n") {
  return read_picture(kTable, slots, old_workers);
}

Target target(const std::string& id, const std::string& address) {
  return {.id = id,
          .service = "service.api",
          .node = "a",
          .host = "10.9.0.1",
          .mode = "bridge",
          .address = address,
          .healthy = true,
          .ports = {{{"web", "http"}, {.inside = 8080, .outside = 32768}}}};
}

}  // namespace

TEST_CASE("what HAProxy says of its servers is read") {
  const auto seen = picture(
      "api.web.http s1 10.0.0.2 8080 UP_1/2 3\napi.web.http s2 10.0.0.3 8080 DRAIN 1\napi.web.http s3 127.0.0.1 1 "
      "MAINT 0\n"
      "solo.web.http s1 10.0.0.9 8080 no_check 0\nsolo.web.http hold 127.0.0.1 1 MAINT 0\n\n",
      "2\n");
  REQUIRE(seen.slots.size() == 4);  // the one for waiting is none
  CHECK(seen.old_workers == 2);
  CHECK(seen.slots[0] == Slot{"api.web.http", "s1", "10.0.0.2", 8080, Slot::ready, true, 3});
  CHECK(seen.slots[1].state == Slot::draining);
  CHECK(seen.slots[2].state == Slot::free);
  CHECK((seen.slots[3].state == Slot::ready && seen.slots[3].up));
  CHECK(from_table(to_table(seen.backends)) == seen.backends);
}

TEST_CASE("a task joins a free slot, two tasks two, and one that is served stays where it is") {
  const auto seen = picture(
      "api.web.http s1 10.0.0.2 8080 UP 0\napi.web.http s2 127.0.0.1 1 MAINT 0\napi.web.http s3 127.0.0.1 1 MAINT 0\n");
  const auto joins = joining(seen, {{"api.web.http", "10.0.0.2", 8080},
                                    {"api.web.http", "10.0.0.4", 8080},
                                    {"api.web.http", "10.0.0.5", 8080},
                                    {"api.web.http", "10.0.0.6", 8080}});
  REQUIRE(joins.size() == 3);
  CHECK(joins[0].slot == "s2");
  CHECK(joins[1].slot == "s3");
  CHECK(joins[2].slot.empty());  // all are taken
  CHECK(join_commands(seen, joins[0]) == std::vector<std::string>{"set server api.web.http/s2 addr 10.0.0.4 port 8080",
                                                                  "set server api.web.http/s2 state ready"});
}

TEST_CASE("a drained task that runs on is taken in again without a new address") {
  const auto seen = picture("api.web.http s1 10.0.0.2 8080 DRAIN 0\n");
  const auto joins = joining(seen, {{"api.web.http", "10.0.0.2", 8080}});
  REQUIRE(joins.size() == 1);
  CHECK(join_commands(seen, joins[0]) == std::vector<std::string>{"set server api.web.http/s1 state ready"});
}

TEST_CASE("requests for the only copy wait while it is replaced, and go on with the next one") {
  const auto seen = picture("solo.web.http s1 10.0.0.9 8080 no_check 1\nsolo.web.http s2 127.0.0.1 1 MAINT 0\n");
  CHECK(drain_commands(seen, seen.slots[0]) == std::vector<std::string>{"set server solo.web.http/hold state ready",
                                                                        "set server solo.web.http/s1 state drain"});
  const auto joins = joining(seen, {{"solo.web.http", "10.0.0.10", 8080}});
  REQUIRE(joins.size() == 1);
  CHECK(join_commands(seen, joins[0]).back() == "set server solo.web.http/hold state maint");
}

TEST_CASE("a slot whose task is gone is given free, for its address may become another's") {
  const auto seen = picture("api.web.http s1 10.0.0.2 8080 DOWN 0\napi.web.http s2 10.0.0.3 8080 UP 0\n");
  const auto gone = stale(seen, {{"api.web.http", "10.0.0.3", 8080}});
  REQUIRE(gone.size() == 1);
  CHECK(gone[0].name == "s1");
  CHECK(free_commands(gone[0]).front() == "set server api.web.http/s1 state maint");
}

TEST_CASE("a task is reached by its own address on its node, and by a published port from another") {
  const auto backends = from_table(kTable);
  auto one = target("t1", "172.17.0.2");
  CHECK(endpoints_of(one, backends, {"a"}) == std::vector<Endpoint>{{"api.web.http", "172.17.0.2", 8080}});
  CHECK(endpoints_of(one, backends, {"b"}) == std::vector<Endpoint>{{"api.web.http", "10.9.0.1", 32768}});
  one.mode = "network";
  // A network over several nodes: the load balancers' own nodes have no way into it.
  CHECK(endpoints_of(one, backends, {"a"}) == std::vector<Endpoint>{{"api.web.http", "10.9.0.1", 32768}});
  CHECK(endpoints_of(one, backends, {"b"}) == std::vector<Endpoint>{{"api.web.http", "10.9.0.1", 32768}});
  // One that stands in that network needs no way in.
  const Viewpoint inside{.node = "b", .inside = true};
  CHECK(endpoints_of(one, backends, inside) == std::vector<Endpoint>{{"api.web.http", "172.17.0.2", 8080}});
  one.mode = "bridge";
  CHECK(endpoints_of(one, backends, inside) == std::vector<Endpoint>{{"api.web.http", "10.9.0.1", 32768}});
  one.mode = "network";
  auto& port = one.ports.begin()->second;
  port.outside = 0;
  CHECK(endpoints_of(one, backends, {"a"}) == std::vector<Endpoint>{{"api.web.http", "172.17.0.2", 8080}});
  CHECK(endpoints_of(one, backends, {"b"}).empty());  // another node's network
  port.outside = 32768;
  one.mode = "host";
  CHECK(endpoints_of(one, backends, {"a"}) == std::vector<Endpoint>{{"api.web.http", "127.0.0.1", 8080}});
  CHECK(endpoints_of(one, backends, {"b"}) == std::vector<Endpoint>{{"api.web.http", "10.9.0.1", 8080}});
  one.mode = "bridge";
  one.host = "127.0.0.1";  // an engine on a socket: no other node reaches it
  CHECK(endpoints_of(one, backends, {"b"}).empty());
  one.address.clear();
  CHECK(endpoints_of(one, backends, {"a"}).empty());  // it doesn't run any more
}
