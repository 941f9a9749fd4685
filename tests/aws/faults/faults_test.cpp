// A world in which calls fail, answers are lost and what was made isn't seen yet: an apply comes to its end, and so
// does a destroy.
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

TEST_CASE("throttling, faults of the services, lost answers and late sights: it converges") {
  need_moto();
  const auto weather =
      GENERATE(Weather{"throttled", R"({"throttle": 30, "seed": 3})"}, Weather{"faulty", R"({"error": 10, "seed": 4})"},
               Weather{"answers lost", R"({"lose": 5, "seed": 5})"}, Weather{"seen late", R"({"invisible": 30})"},
               Weather{"roles late", R"({"dead_roles": 20})"});
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
