// The kept answers and messages, and each of them cut at every place, through the targets.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/fuzz/fuzz_targets.h"

namespace {

namespace fs = std::filesystem;

std::size_t replay_cut(void (*target)(std::string_view), const char* folder, std::size_t step) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(INFRA_SOURCE_DIR) / "tests/fuzz/corpus" / folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    INFO(entry.path());
    const auto whole = text.str();
    for (std::size_t length = 0; length < whole.size(); length += step) {
      target(std::string_view(whole).substr(0, length));
      ++count;
    }
    target(whole);
  }
  return count;
}

}  // namespace

TEST_CASE("every answer of an engine is read or refused") { CHECK(replay_cut(infra::fuzz_engine, "engine", 7) > 50); }
TEST_CASE("every answer of a registry is read or refused") {
  CHECK(replay_cut(infra::fuzz_registry, "registry", 3) > 50);
}
TEST_CASE("every message of an editor is answered or refused") { CHECK(replay_cut(infra::fuzz_lsp, "lsp", 5) > 50); }
