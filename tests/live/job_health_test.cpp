#include <catch2/catch.hpp>

#include "providers/nodes/jobs/job_list.h"

namespace {

using namespace infra;
using nodes::RunMember;

std::string health(const std::vector<RunMember>& members, std::size_t size = 0) {
  const auto out = nodes::health_of_run(members, size == 0 ? members.size() : size);
  return fmt::format("{} {}: {}", to_text(out.now), out.exit, out.detail);
}

RunMember ended(const char* label, int exit, const char* at = "", bool essential = true) {
  return {.label = label, .id = label, .state = "exited", .essential = essential, .exit = exit, .finished = at};
}
RunMember running(const char* label, bool essential = true) {
  return {.label = label, .id = label, .state = "running", .essential = essential};
}

}  // namespace

TEST_CASE("a run is what its first essential container that ends comes to") {
  CHECK(health({running("main")}) == "starting 0: running");
  CHECK(health({ended("main", 0)}) == "completed 0: exited with code 0");
  CHECK(health({ended("main", 3)}) == "stopped 3: it exited with code 3");
  CHECK(health({{.label = "main", .id = "1", .state = "created"}}) == "stopped 0: created, not started");
  CHECK(health({{.label = "main", .id = "1", .state = "dead"}}) == "stopped 0: it doesn't run");
  // The others are stopped then; how they took that says nothing.
  CHECK(health({ended("work", 0), running("side")}) == "starting 0: stopping its other containers");
  CHECK(health({ended("work", 0, "2026-01-01T00:00:00Z"), ended("side", 143, "2026-01-01T00:00:01Z")}) ==
        "completed 0: exited with code 0");
  CHECK(health({ended("work", 5, "2026-01-01T00:00:00.12Z"), ended("side", 0, "2026-01-01T00:00:00.123Z")}) ==
        "stopped 5: container `work` exited with code 5");
  CHECK(health({ended("setup", 1, "", false), running("work")}) == "starting 0: running");
  CHECK(health({ended("setup", 1, "", false), ended("work", 0)}) == "completed 0: exited with code 0");
  // A run that was killed while it started: not all of it is there.
  CHECK(health({running("side")}, 2) == "stopped 0: 1 of its 2 containers are there");
}

TEST_CASE("a run's id tells where it is") {
  CHECK(nodes::run_id("a", "t1") == "a/t1");
  CHECK(nodes::node_of_run("a/t1") == "a");
  CHECK(nodes::token_of_run("a/t1") == "t1");
  CHECK(nodes::node_of_run("t1").empty());
  CHECK(nodes::token_of_run("t1") == "t1");
}
