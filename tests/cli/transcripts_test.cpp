// The real program, played from tests/cli/cases; see tests/transcript/transcript.h for the form of the files.
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/transcript/transcript.h"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> cases() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(INFRA_SOURCE_DIR "/tests/cli/cases")) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::map<std::string, std::string> environment() {
  return {{"PATH", INFRA_BINARY_DIR ":" INFRA_TEST_TOOLS ":/usr/sbin:/usr/bin:/sbin:/bin"},
          {"LC_ALL", "C.UTF-8"},
          {"TERM", "xterm"},
          {"EXAMPLES", INFRA_SOURCE_DIR "/examples"}};
}

}  // namespace

TEST_CASE("what is typed gives what is written") {
  const auto files = cases();
  REQUIRE_FALSE(files.empty());
  for (const auto& file : files) {
    DYNAMIC_SECTION(file.stem().string()) {
      const auto differences = infra::transcript::check(file.string(), environment());
      INFO(differences);
      CHECK(differences.empty());
    }
  }
}
