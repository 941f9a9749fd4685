#include "apply/execute/step_schedule.h"

#include <catch2/catch.hpp>

namespace infra::test {
namespace {

std::vector<Step> steps(const std::vector<std::vector<std::size_t>>& after) {
  std::vector<Step> out;
  for (std::size_t i = 0; i < after.size(); ++i) out.push_back({.kind = Step::create, .change = i, .after = after[i]});
  return out;
}

using Indices = std::vector<std::size_t>;

}  // namespace

TEST_CASE("a step is ready when all that it waits for has succeeded, in the plan's order") {
  Schedule schedule(steps({{}, {}, {0, 1}, {2}}));
  CHECK(schedule.next() == 0);
  CHECK(schedule.next() == 1);
  CHECK_FALSE(schedule.next());
  schedule.succeed(1);
  CHECK_FALSE(schedule.next());
  schedule.succeed(0);
  CHECK(schedule.next() == 2);
  CHECK(schedule.untouched() == Indices{3});
}

TEST_CASE("a failure takes all with it that waits for it, each once") {
  Schedule schedule(steps({{}, {0}, {0}, {1, 2}, {}, {4}}));
  CHECK(schedule.next() == 0);
  CHECK(schedule.fail(0) == Indices{1, 2, 3});
  CHECK(schedule.next() == 4);
  schedule.succeed(4);
  CHECK(schedule.next() == 5);
  CHECK(schedule.fail(5).empty());
  CHECK(schedule.untouched().empty());
}

TEST_CASE("a dependency that is named twice counts as often") {
  Schedule schedule(steps({{}, {0, 0}}));
  CHECK(schedule.next() == 0);
  schedule.succeed(0);
  CHECK(schedule.next() == 1);
}

}  // namespace infra::test
