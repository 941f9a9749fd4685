// A world that is too busy, or whose services fail now and then: an apply comes to its end, and so does a destroy.
#include <catch2/catch.hpp>

#include "tests/aws/faults/faulty_world.h"

namespace infra::testing {
namespace {

struct Weather {
  const char* name;
  const char* faults;
};

// At the worst a run fails for a part, says so, and the next one goes on from there.
constexpr int kRuns = 4;

void comes_through(const FaultyWorld& world, const std::string& arguments) {
  RunResult last;
  for (int n = 0; n < kRuns; ++n) {
    last = world.infra(arguments);
    if (last.code == 0) return;
  }
  INFO(last.output);
  CHECK(last.code == 0);
}

}  // namespace

TEST_CASE("in spite of throttling and of faults of the services it converges") {
  need_moto();
  const auto weather = GENERATE(Weather{"throttled", R"({"throttle": 30, "seed": 3})"},
                                Weather{"faulty", R"({"error": 10, "seed": 4})"});
  INFO(weather.name);
  const FaultyWorld world("whole");
  const auto before = world.snapshot();
  world.faults(weather.faults);
  comes_through(world, "apply -y");
  world.faults("{}");
  const auto plan = world.infra("plan --detailed-exitcode");
  INFO(plan.output);
  CHECK(plan.code == 0);
  world.faults(weather.faults);
  comes_through(world, "destroy -y");
  world.faults("{}");
  CHECK(world.snapshot() == before);
  CHECK(world.ask("refused") == "[]\n");
}

}  // namespace infra::testing
