#include "providers/nodes/images/build_steps.h"

#include <catch2/catch.hpp>

using infra::nodes::is_step;
using infra::nodes::user_line;

namespace {
std::string shown(std::string_view line, std::size_t labels = 7) {
  return user_line(line, labels).value_or("(hidden)");
}
}  // namespace

TEST_CASE("a build's steps are counted as in the Dockerfile") {
  CHECK(shown("Step 1/10 : FROM scratch") == "Step 1/3 : FROM scratch");
  CHECK(shown("Step 3/10 : CMD [\"/app\"]") == "Step 3/3 : CMD [\"/app\"]");
  CHECK(shown("Step 4/10 : LABEL infra.address=image.web") == "(hidden)");
  CHECK(shown("Step 10/10 : LABEL infra.type=image") == "(hidden)");
  CHECK(shown("Step 9/112 : RUN x", 7) == "Step 9/105 : RUN x");
}

TEST_CASE("a user's own label is a step of the Dockerfile, whatever it is called") {
  CHECK(shown("Step 3/10 : LABEL infra.mine=1") == "Step 3/3 : LABEL infra.mine=1");
}

TEST_CASE("what isn't a step that can be counted stays as it is") {
  for (const auto* line : {"", " ---> Running in 0123456789ab", "Successfully built 0123456789ab", "Step", "Step ",
                           "Step by step", "Step 1", "Step 1/", "Step 1/x : RUN", "Step 1/7 : FROM scratch",
                           "Step 99999999999999999999999/3 : RUN", "[1/2] done", "[", "STEP one: RUN", "STEP 1/2"}) {
    CHECK(shown(line) == line);
  }
  CHECK(is_step("Step 1/3 : FROM scratch"));
  CHECK_FALSE(is_step(" ---> Step 1"));
}

TEST_CASE("the steps of Podman, which may or may not count ours, are shown without a total") {
  CHECK(shown("STEP 2/4: RUN x") == "Step 2 : RUN x");
  CHECK(shown("[1/2] STEP 2/4: RUN x") == "Step 2 : RUN x [1/2]");
  CHECK(shown("STEP 4/4: LABEL \"infra.address\"=\"image.web\"") == "(hidden)");
  CHECK(shown("[2/2] STEP 4/4: LABEL \"infra.address\"=\"image.web\"") == "(hidden)");
}
