// The documents promise what the program has.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/commands.h"

namespace {

std::string read(const std::string& file) {
  std::ifstream in(INFRA_SOURCE_DIR "/" + file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("the README shows examples/hello as it is") {
  const auto stack = read("examples/hello/hello.infra");
  REQUIRE_FALSE(stack.empty());
  CHECK(std::count(stack.begin(), stack.end(), '\n') <= 20);
  CHECK(read("README.md").find(stack) != std::string::npos);
}

TEST_CASE("the README lists every command") {
  const auto readme = read("README.md");
  for (const auto& command : infra::cli::all_commands()) {
    INFO(command.name);
    CHECK(readme.find("| `infra " + std::string(command.name)) != std::string::npos);
  }
}

TEST_CASE("every decision is listed") {
  const auto list = read("docs/adr/README.md");
  std::size_t records = 0;
  for (const auto& entry : std::filesystem::directory_iterator(INFRA_SOURCE_DIR "/docs/adr")) {
    const auto name = entry.path().filename().string();
    if (name == "README.md") continue;
    INFO(name);
    CHECK(list.find("(" + name + ")") != std::string::npos);
    ++records;
  }
  CHECK(records > 0);
}
