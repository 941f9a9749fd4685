#include <catch2/catch.hpp>

#include "tests/engine/hand_made_stack.h"

namespace infra::testing {

namespace {

Map fixed_port() { return record({{"http", record({{"container", 8080}, {"host", 80}, {"protocol", "tcp"}})}}); }

Map copies(int desired = 1) {
  return record({{"cluster", to("cluster.core")}, {"task", to("task.api")}, {"desired", desired}});
}

std::string problems_of_service(Map task, Map config, std::vector<std::string> nodes = {"a"}) {
  HandMade stack(std::move(nodes));
  stack.add("cluster.core", {}).add("task.api", std::move(task)).add("service.api", std::move(config));
  return stack.problems();
}

Map one(std::initializer_list<Entry> more) {
  Map container = record({{"image", "web:1"}});
  for (const auto& [name, value] : more) container.set(name, value);
  return record({{"web", std::move(container)}});
}

}  // namespace

TEST_CASE("a fixed host port is there once on each node") {
  const Map task = record({{"container", one({{"port", fixed_port()}})}});
  CHECK(problems_of_service(task, copies(1)).empty());
  CHECK(problems_of_service(task, copies(2), {"a", "b"}).empty());
  CHECK(problems_of_service(task, copies(3), {"a", "b"}) ==
        "E0404 service `api` can't run 3 copies with a fixed host port on 2 nodes\n");
  Map host = task;
  host.set("network", "host");
  CHECK(problems_of_service(host, copies(2)) ==
        "E0404 service `api` can't run 2 copies with a fixed host port on 1 node\n");

  HandMade stack;
  stack.add("cluster.core", {}).add("task.api", task).add("service.api", copies()).add("service.b", copies());
  CHECK(stack.problems() == "E0404 services `api` and `b` want the same host port 80 on one node\n");
}

TEST_CASE("a fixed host port and create_first exclude each other") {
  HandMade stack;
  stack.add("cluster.core", {})
      .add("task.api", record({{"container", one({{"port", fixed_port()}})}}))
      .add("service.api", copies());
  stack.last().options.replace = Replace::create_first;
  CHECK(stack.problems() == "E0404 service `api` can't start its new copies first: they have a fixed host port\n");
}

TEST_CASE("an image needs its folder and its Dockerfile") {
  auto building = [](std::map<std::string, std::string> files, const char* context) {
    HandMade stack({"a"}, std::move(files));
    stack.add("image.web", record({{"context", context}}));
    return stack.problems();
  };
  CHECK(building({{"web/Dockerfile", ""}}, "./web").empty());
  CHECK(building({{"Dockerfile", ""}}, ".").empty());
  CHECK(building({{"web/Dockerfile", ""}}, "wep") ==
        "E0004 image `web` can't be built: there is no folder \"wep\" in stack\n");
  CHECK(building({{"web/app", ""}}, "web") ==
        "E0004 image `web` can't be built: the build context \"web\" has no file \"Dockerfile\"\n");
  CHECK(building({}, "../web").substr(0, 5) == "E0005");
}

TEST_CASE("a platform without nodes is said once, and nothing follows from it") {
  CHECK(problems_of_service(record({{"container", one({})}}), copies(), {}) == "E0405 platform `here` has no node\n");
}

}  // namespace infra::testing
