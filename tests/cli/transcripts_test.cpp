// The real program, played from tests/cli/cases; see tests/transcript/transcript.h for the form of the files.
#include <catch2/catch.hpp>

#include "tests/transcript/transcript.h"

namespace {

std::map<std::string, std::string> environment() {
  return {{"PATH", INFRA_BINARY_DIR ":" INFRA_TEST_TOOLS ":/usr/sbin:/usr/bin:/sbin:/bin"},
          {"LC_ALL", "C.UTF-8"},
          {"TERM", "xterm"},
          {"EXAMPLES", INFRA_SOURCE_DIR "/examples"}};
}

}  // namespace

TEST_CASE("what is typed gives what is written") {
  const auto files = infra::transcript::cases_in(INFRA_SOURCE_DIR "/tests/cli/cases");
  REQUIRE_FALSE(files.empty());
  for (const auto& file : files) {
    DYNAMIC_SECTION(infra::transcript::name_of(file)) {
      const auto differences = infra::transcript::check(file, environment());
      INFO(differences);
      CHECK(differences.empty());
    }
  }
}
