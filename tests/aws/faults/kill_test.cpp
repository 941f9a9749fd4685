// kill -9 within an apply and within a destroy: each run is killed one call that changes something later than the one
// before, until one comes through.
#include <catch2/catch.hpp>

#include "tests/aws/faults/faulty_world.h"

namespace infra::testing {
namespace {

constexpr int kKilled = 128 + 9;
constexpr int kMost = 100;  // more calls than any of it makes at once

// Runs until it isn't killed any more; how often it was.
int run_killed(const FaultyWorld& world, const std::string& arguments) {
  for (int n = 0; n < kMost; ++n) {
    const auto result = world.killed_after(1 + n, arguments);
    if (result.code == kKilled) continue;
    INFO(result.output);
    CHECK(result.code == 0);
    world.faults("{}");
    return n;
  }
  FAIL("it never comes through");
  return kMost;
}

void check_kills(const char* stack) {
  need_moto();
  std::map<std::string, std::size_t> undisturbed;
  {
    const FaultyWorld world(stack);
    const auto applied = world.infra("apply -y");
    INFO(applied.output);
    REQUIRE(applied.code == 0);
    undisturbed = world.counts();
  }
  const FaultyWorld world(stack);
  const auto before = world.snapshot();
  CHECK(run_killed(world, "apply -y") > 3);
  CHECK(world.counts() == undisturbed);
  const auto plan = world.infra("plan --detailed-exitcode");
  INFO(plan.output);
  CHECK(plan.code == 0);
  CHECK(run_killed(world, "destroy -y") > 3);
  CHECK(world.snapshot() == before);
  CHECK(world.ask("refused") == "[]\n");
}

}  // namespace

// Asked for by its tag: `test_aws_faults [kill]`.
TEST_CASE("killed in the middle of an apply and of a destroy, nothing is left over and nothing is there twice",
          "[.][kill]") {
  check_kills("whole");
}

TEST_CASE("the same of a cluster of EKS", "[.][kill]") { check_kills("eks"); }

}  // namespace infra::testing
