#include <catch2/catch.hpp>

#include "tests/engine/hand_made_stack.h"

namespace infra::testing {

namespace {

void add_subnet(HandMade& stack, const std::string& name, std::uint8_t third_byte, const std::string& zone) {
  Map config = record({{"vpc", to("vpc.main")},
                       {"cidr", Cidr{.base = {.bytes = {10, 20, third_byte, 0}}, .prefix = 24}},
                       {"public", false}});
  if (!zone.empty()) config.set("zone", zone);
  stack.add("subnet.main." + name, std::move(config));
}

// Subnets of the zones x, y and z, and one of none.
HandMade four_subnets(const std::vector<std::string>& nodes) {
  HandMade stack(nodes);
  stack.add("vpc.main", record({{"cidr", Cidr{.base = {.bytes = {10, 20, 0, 0}}, .prefix = 16}}}));
  add_subnet(stack, "common", 0, "");
  add_subnet(stack, "x", 1, "x");
  add_subnet(stack, "y", 2, "y");
  add_subnet(stack, "z", 3, "z");
  stack.add("cluster.core", record({{"vpc", to("vpc.main")}}));
  stack.add("task.web", record({{"container", record({{"web", record({{"image", "web:1"}})}})}}));
  return stack;
}

HandMade in_zones() {
  auto stack = four_subnets({"a", "b", "c"});
  stack.set_zone("a", "x");
  stack.set_zone("b", "y");
  return stack;
}

Map runs(Value subnets, const std::string& task = "task.web") {
  return record({{"cluster", to("cluster.core")}, {"task", to(task)}, {"subnets", std::move(subnets)}});
}

void add_all(HandMade& stack) {
  stack.add("load_balancer.front", record({{"subnets", list({to("subnet.main.y")})}}));
  stack.add("service.spread", runs(list({to("subnet.main.common"), to("subnet.main.x"), to("subnet.main.y")})));
  stack.add("service.one", runs(list({to("subnet.main.y"), to("subnet.main.common")})));
  stack.add("service.anywhere", runs(list({to("subnet.main.common")})));
  stack.add("service.usual", record({{"cluster", to("cluster.core")}, {"task", to("task.web")}}));
  stack.add("job.once", runs(list({to("subnet.main.x")})));
}

// What lowering made of the subnets themselves is left out.
std::string from(const std::string& start, const std::string& text) {
  const auto at = text.find(start);
  return at != std::string::npos ? text.substr(at) : text;
}

}  // namespace

TEST_CASE("what names subnets with zones runs on nodes of these zones, and its address is in the node's own") {
  auto stack = in_zones();
  add_all(stack);
  check_golden("zones", from("load_balancer.front", stack.lowered()));
  CHECK(stack.problems().empty());
}

TEST_CASE("nodes of which none has a zone are one") {
  auto stack = four_subnets({"a", "b"});
  add_all(stack);
  check_golden("one_zone", from("load_balancer.front", stack.lowered()));
  CHECK(stack.problems().empty());
}

TEST_CASE("what stands in zones that no node has is refused") {
  auto stack = in_zones();
  stack.add("load_balancer.front", record({{"subnets", list({to("subnet.main.z")})}}));
  stack.add("service.far", runs(list({to("subnet.main.z"), to("subnet.main.common")})));
  stack.add("job.far", runs(list({to("subnet.main.z")})));
  (void)stack.lowered();
  CHECK(stack.problems() ==
        "E0405 load_balancer `front` stands in zones that no node has\n"
        "E0405 service `far` stands in zones that no node has\n"
        "E0405 job `far` stands in zones that no node has\n");
}

TEST_CASE("an image on one node alone and subnets of another zone exclude each other") {
  auto stack = in_zones();
  stack.add("registry.own", record({{"port", 5000}, {"image", "registry:2"}}));
  stack.add("repository.web", record({{"registry", to("registry.own")}}));
  stack.add("image.web", record({{"context", "."}, {"to", to("repository.web")}, {"tag", "1"}}));
  stack.add("task.built", record({{"container", record({{"web", record({{"image", to("image.web")}})}})}}));
  stack.add("service.built", runs(list({to("subnet.main.y")}), "task.built"));
  (void)stack.lowered();
  CHECK(stack.problems().find("E0405 service `built` stands in zones of which node `a` has none, and its image is on "
                              "that node alone\n") != std::string::npos);
}

}  // namespace infra::testing
