// The real program against a world that speaks as AWS does, played from tests/aws/live/cases; see
// tests/transcript/transcript.h for the form of the files. Each case has a world of its own, which no request has left
// that AWS wouldn't have taken.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/private_aws.h"
#include "tests/transcript/transcript.h"

namespace {

namespace fs = std::filesystem;
using namespace infra::testing;

std::vector<fs::path> live_cases() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(INFRA_SOURCE_DIR "/tests/aws/live/cases")) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

TEST_CASE("in a world that speaks as AWS does, what is typed gives what is written") {
  need_moto();
  const auto files = live_cases();
  REQUIRE_FALSE(files.empty());
  for (const auto& file : files) {
    const PrivateAws world;
    INFO(file.stem().string());
    const auto differences = infra::transcript::check(file.string(), world.environment());
    INFO(differences);
    CHECK(differences.empty());
    const auto refused =
        run({"python3", INFRA_SOURCE_DIR "/tests/aws/world/ask.py", world.endpoint() + "/world/refused"});
    INFO(refused.output);
    CHECK(refused.output == "[]\n");
  }
}
