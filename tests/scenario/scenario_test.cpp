// Each file of cases/ is a story with the output that it must give. INFRA_RENEW=1 writes the output anew.
#include "tests/scenario/scenario.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace infra::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> case_files() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(INFRA_SOURCE_DIR "/tests/scenario/cases"))
    out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

TEST_CASE("each scenario gives the output that is written in it") {
  const auto files = case_files();
  REQUIRE(files.size() >= 10);
  for (const auto& file : files) {
    const auto expected = content(file);
    const auto actual = Scenario().run(expected);
    if (std::getenv("INFRA_RENEW") != nullptr) {
      std::ofstream(file, std::ios::binary) << actual;
      continue;
    }
    INFO(file.filename().string());
    CHECK(actual == expected);
  }
}

TEST_CASE("no scenario's plan breaks a rule") {
  for (const auto& file : case_files()) {
    const auto text = content(file);
    INFO(file.filename().string());
    CHECK(text.find("BREACH") == std::string::npos);
    CHECK(text.find("PROBLEM") == std::string::npos);
  }
}

}  // namespace infra::test
