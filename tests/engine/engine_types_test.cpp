#include <catch2/catch.hpp>

#include "providers/engine/engine_types.h"

namespace infra::engine {

TEST_CASE("provider types are sorted, documented, and no attribute stands twice") {
  std::string before;
  for (const auto& type : types()) {
    CHECK(before < type.name);
    before = type.name;
    CHECK_FALSE(type.doc.empty());
    std::set<std::string> seen;
    for (const auto& attribute : type.attributes) {
      CAPTURE(type.name, attribute.name);
      CHECK_FALSE(attribute.doc.empty());
      // What is given as a wish may come out as a fact: a container has ports, and gets ports.
      CHECK(seen.insert(attribute.name + (attribute.computed ? " out" : " in")).second);
      CHECK_FALSE((attribute.computed && (attribute.required || attribute.fallback)));
      if (attribute.fallback) CHECK_FALSE(violated(attribute.type, *attribute.fallback));
    }
  }
}

TEST_CASE("nodes are in the order of their names") {
  auto names = [](const PlatformDecl& platform) {
    std::string out;
    for (const auto& node : nodes_of(platform)) out += node.name + " ";
    return out;
  };
  const Map blocks({{"b", Map()}, {"a", Map()}});
  CHECK(names({.name = "x", .kind = "nodes", .config = Map(std::vector<Entry>{{"node", blocks}})}) == "a b ");
  CHECK(names({.name = "x", .kind = "nodes", .config = Map()}).empty());
  CHECK(names({.name = "x", .kind = "simulator", .config = Map(std::vector<Entry>{{"nodes", 3}})}) == "n1 n2 n3 ");
  CHECK(names({.name = "x", .kind = "simulator", .config = Map()}) == "n1 ");
}

TEST_CASE("the platform serves its kinds and no others") {
  for (const auto* kind : {"vpc", "subnet", "registry", "repository", "image", "cluster", "task", "service", "job"})
    CHECK(serves(kind));
  for (const auto* kind : {"eks", "container", "network", ""}) CHECK_FALSE(serves(kind));
}

}  // namespace infra::engine
