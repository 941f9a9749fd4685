#include "compiler/dag.h"

#include <catch2/catch.hpp>

namespace infra {

TEST_CASE("what is needed comes first, ties by index") {
  Dag dag(4);
  dag.add(0, 3);
  dag.add(1, 3);
  CHECK(dag.order() == std::vector<std::size_t>{2, 3, 0, 1});
  CHECK(dag.cycle().empty());
}

TEST_CASE("a cycle has no order and is shown whole") {
  Dag dag(5);
  dag.add(4, 2);
  dag.add(2, 3);
  dag.add(3, 4);
  dag.add(0, 1);
  CHECK(dag.order().empty());
  CHECK(dag.cycle() == std::vector<std::size_t>{2, 3, 4});
}

TEST_CASE("a thing that needs itself is a cycle of one") {
  Dag dag(1);
  dag.add(0, 0);
  CHECK(dag.cycle() == std::vector<std::size_t>{0});
}

TEST_CASE("a chain of 200,000 neither recurses nor takes long") {
  constexpr std::size_t kMany = 200'000;
  Dag dag(kMany);
  for (std::size_t i = 1; i < kMany; ++i) dag.add(i, i - 1);
  CHECK(dag.order().size() == kMany);
  CHECK(dag.cycle().empty());
}

}  // namespace infra
