#include "tests/rollout/rollout_story.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace infra::test {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

// INFRA_RENEW=1 writes what is answered now.
TEST_CASE("each rule of next_moves is a story") {
  int stories = 0;
  for (const auto& entry : std::filesystem::directory_iterator(INFRA_SOURCE_DIR "/tests/rollout/stories")) {
    INFO(entry.path().filename().string());
    const auto expected = text_of(entry.path());
    const auto played = play(entry.path());
    ++stories;
    if (std::getenv("INFRA_RENEW") != nullptr) std::ofstream(entry.path()) << played;
    CHECK(played == expected);
  }
  CHECK(stories >= 5);
}

}  // namespace infra::test
