#include <catch2/catch.hpp>

#include "providers/nodes/overlay/unheard.h"
#include "tests/engine/hand_made_stack.h"

namespace infra::testing {

namespace {

using nodes::overlay::ProbedNode;
using nodes::overlay::unheard;

constexpr int kFull = 1450;

HandMade two_machines() {
  HandMade stack({"a", "b"});
  stack.set_endpoint("a", "tcp://10.0.0.5:2376");
  stack.set_endpoint("b", "ssh://deploy@10.0.0.6");
  add_network(stack);
  return stack;
}

// Three nodes of which all is well; a test spoils something.
std::vector<ProbedNode> three() {
  std::vector<ProbedNode> out;
  for (const auto* name : {"a", "b", "c"}) {
    ProbedNode one{.node = name, .address = std::string("10.0.0.") + name};
    for (const auto* other : {"a", "b", "c"}) {
      if (std::string(other) == name) continue;
      one.heard[other] = "full";
      one.peers.insert(std::string("10.0.0.") + other);
    }
    out.push_back(std::move(one));
  }
  return out;
}

std::string said(const std::vector<ProbedNode>& nodes) {
  const auto error = unheard(nodes, kFull);
  return error ? error->message : "";
}

}  // namespace

TEST_CASE("a vpc over several machines joins their engines, and each subnet is one network on all of them") {
  auto stack = two_machines();
  stack.add("task.api", record({{"container", record({{"web", record({{"image", "web:1"}})}})}}));
  stack.add("service.api", record({{"cluster", to("cluster.core")}, {"task", to("task.api")}, {"desired", 2}}));
  check_golden("vpc_over_machines", stack.lowered());
  CHECK(stack.problems().empty());
}

TEST_CASE("what a load balancer sends requests to is published by its node where the vpc spans machines") {
  auto stack = two_machines();
  stack.add("load_balancer.front", {});
  stack.add("listener.front.web",
            record({{"load_balancer", to("load_balancer.front")}, {"port", 80}, {"protocol", "http"}}));
  const Map ports = record({{"http", record({{"container", 8080}, {"protocol", "tcp"}})},
                            {"admin", record({{"container", 9090}, {"protocol", "tcp"}})}});
  stack.add("task.api", record({{"container", record({{"web", record({{"image", "web:1"}, {"port", ports}})}})}}));
  stack.add("service.api",
            record({{"cluster", to("cluster.core")},
                    {"task", to("task.api")},
                    {"desired", 1},
                    {"route",
                     list({record({{"listener", to("listener.front.web")}, {"to", "web.http"}, {"path", "/*"}})})}}));
  const auto text = stack.lowered();
  CHECK(text.find(R"({ container: 9090, host: 9090, name: "admin", protocol: "tcp" })") != std::string::npos);
  CHECK(text.find(R"({ container: 8080, host: 8080, name: "http", protocol: "tcp", published: true })") !=
        std::string::npos);
}

TEST_CASE("an internal load balancer over machines stands in the networks, and what is behind it is on no node") {
  const bool several = GENERATE(false, true);
  auto stack = two_machines();
  stack.add("load_balancer.front", record({{"internal", true}, {"subnets", list({to("subnet.main.edge")})}}));
  stack.add("listener.front.web",
            record({{"load_balancer", to("load_balancer.front")}, {"port", 80}, {"protocol", "http"}}));
  const Map ports = record({{"http", record({{"container", 8080}, {"protocol", "tcp"}})}});
  stack.add("task.api", record({{"container", record({{"web", record({{"image", "web:1"}, {"port", ports}})}})}}));
  auto service =
      record({{"cluster", to("cluster.core")},
              {"task", to("task.api")},
              {"desired", 1},
              {"route", list({record({{"listener", to("listener.front.web")}, {"to", "web.http"}, {"path", "/*"}})})}});
  // Of several subnets the balancer joins the one in which the tasks' addresses are.
  if (several) service.set("subnets", list({to("subnet.main.edge"), to("subnet.main.inner[\"a\"]")}));
  stack.add("service.api", std::move(service));
  check_golden(several ? "internal_to_several_subnets" : "internal_over_machines", stack.lowered());
  CHECK(stack.problems().empty());
}

TEST_CASE("a node that the others can't find is refused") {
  HandMade stack({"a", "b"});
  stack.set_endpoint("a", "tcp://10.0.0.5:2376");
  stack.set_endpoint("b", "ssh://box");
  add_network(stack);
  (void)stack.lowered();
  CHECK(stack.problems() ==
        "E0418 vpc `main` spans the nodes of `here`, and the others can't tell where they reach node `b`\n");
}

TEST_CASE("two nodes with one address are refused") {
  auto stack = two_machines();
  stack.set_endpoint("b", "ssh://deploy@10.0.0.5");
  (void)stack.lowered();
  CHECK(stack.problems() == "E0418 nodes `a` and `b` of `here` have one address, 10.0.0.5\n");
}

TEST_CASE("engines that are reached at this machine only have a network each") {
  HandMade stack({"a", "b"});
  stack.set_endpoint("b", "tcp://127.0.0.1:2375");
  add_network(stack);
  const auto text = stack.lowered();
  CHECK(text.find("overlay") == std::string::npos);
  CHECK(text.find("subnet.main.edge/b = network") != std::string::npos);
}

TEST_CASE("a probe that went well says nothing") { CHECK(said(three()).empty()); }

TEST_CASE("a node that hears nobody has port 4789 closed, and the others aren't blamed for it") {
  auto nodes = three();
  nodes[1].heard = {{"a", "none"}, {"c", "none"}};
  nodes[0].heard["b"] = "small";  // found while it was told of the others
  CHECK(said(nodes) ==
        "containers of nodes `a` and `c` don't reach those of node `b`: what is sent to UDP port 4789 of 10.0.0.b "
        "doesn't "
        "arrive");
  CHECK(unheard(nodes, kFull)->code == "E0619");
}

TEST_CASE("one direction between two nodes that is closed is named") {
  auto nodes = three();
  nodes[2].heard["a"] = "none";
  CHECK(
      said(nodes) ==
      "containers of node `a` don't reach those of node `c`: what is sent to UDP port 4789 of 10.0.0.c doesn't arrive");
}

TEST_CASE("a node whose engine knows none of the others has port 7946 closed") {
  auto nodes = three();
  nodes[2].heard = {};
  nodes[2].peers = {};
  CHECK(said(nodes) ==
        "node `c` hears nothing of nodes `a` and `b` at port 7946, TCP and UDP, by which engines tell each other where "
        "containers and their names are");
}

TEST_CASE("small packets that arrive where large ones don't are the network's MTU") {
  auto nodes = three();
  nodes[0].heard["c"] = "small";
  CHECK(said(nodes) ==
        "packets of 1450 bytes from containers of node `c` don't reach those of node `a`, though small ones do: the "
        "network between them carries less than 1500 bytes at a time");
}

}  // namespace infra::testing
