// The real program against a world that speaks as AWS does, played from tests/aws/live/cases; see
// tests/transcript/transcript.h for the form of the files. Each case has a world of its own, which no request has left
// that AWS wouldn't have taken.
#include <catch2/catch.hpp>

#include "tests/support/private_aws.h"
#include "tests/support/private_engine.h"
#include "tests/support/private_registry.h"
#include "tests/transcript/transcript.h"

using namespace infra::testing;

namespace {

void play(const std::string& file, const PrivateAws& world, const std::map<std::string, std::string>& variables) {
  INFO(infra::transcript::name_of(file));
  const auto differences = infra::transcript::check(file, variables);
  INFO(differences);
  CHECK(differences.empty());
  const auto refused =
      run({"python3", INFRA_SOURCE_DIR "/tests/aws/world/ask.py", world.endpoint() + "/world/refused"});
  INFO(refused.output);
  CHECK(refused.output == "[]\n");
}

}  // namespace

TEST_CASE("in a world that speaks as AWS does, what is typed gives what is written") {
  need_moto();
  const auto files = infra::transcript::cases_in(INFRA_SOURCE_DIR "/tests/aws/live/cases");
  REQUIRE_FALSE(files.empty());
  for (const auto& file : files) {
    const PrivateAws world;
    play(file, world, world.environment());
  }
}

// With an engine that builds, and a registry behind the world's ECR.
TEST_CASE("images are built, pushed and run") {
  need_moto();
  if (const auto obstacle = engine_obstacle()) {
    WARN("skipped: " + *obstacle);
    return;
  }
  REQUIRE(enter_own_network());
  const PrivateEngine engine;
  for (const auto& file : infra::transcript::cases_in(INFRA_SOURCE_DIR "/tests/aws/live/image_cases")) {
    const PrivateRegistry registry;
    const PrivateAws world(60, registry.endpoint());
    auto variables = world.environment();
    variables["DOCKER_HOST"] = engine.endpoint();
    variables["ENGINE"] = engine.endpoint();
    variables["APP"] = test_app();
    play(file, world, variables);
  }
}
