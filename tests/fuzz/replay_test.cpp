// Every kept input, and the files of the other tests, through the fuzz targets. An input that once failed is kept in
// corpus/TARGET.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/git_trees.h"

namespace {

namespace fs = std::filesystem;

// Runs the target over all files below these folders; how many they were.
std::size_t replay(void (*target)(std::string_view), std::initializer_list<const char*> folders) {
  std::size_t count = 0;
  for (const auto* folder : folders) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(INFRA_SOURCE_DIR) / "tests" / folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      std::ostringstream text;
      text << in.rdbuf();
      INFO(entry.path());
      target(text.str());
      ++count;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("parsing survives every kept input") {
  CHECK(replay(infra::fuzz_parse, {"fuzz/corpus/parse", "grammar/cases", "lang/cases"}) > 50);
}
TEST_CASE("formatting is stable for every kept input") {
  CHECK(replay(infra::fuzz_format, {"fuzz/corpus/format", "fuzz/corpus/parse", "grammar/format", "lang/cases"}) > 50);
}
TEST_CASE("compiling survives every kept input") {
  CHECK(replay(infra::fuzz_compile, {"fuzz/corpus/compile", "grammar/cases", "lang/cases"}) > 50);
}
TEST_CASE("chains of values come to an end, and what they give is written and read") {
  CHECK(replay(infra::fuzz_chains, {"fuzz/corpus/chains", "fuzz/corpus/compile"}) > 10);
  std::mt19937 random(7);
  for (int i = 0; i < 40; ++i) {
    std::string bytes(20 + 3 * static_cast<std::size_t>(i), ' ');
    for (auto& c : bytes) c = static_cast<char>(random());
    infra::fuzz_chains(bytes);
  }
}
TEST_CASE("the importers survive every kept input") {
  CHECK(replay(infra::fuzz_compose, {"fuzz/corpus/compose", "import/cases"}) > 10);
  CHECK(replay(infra::fuzz_ecs, {"fuzz/corpus/ecs", "import/cases"}) > 10);
}
TEST_CASE("git trees of strangers are read or refused, and lead nowhere else") {
  CHECK(replay(infra::fuzz_git_tree, {"fuzz/corpus/git_tree"}) >= 5);
  for (unsigned seed = 0; seed < 200; ++seed) {
    INFO(seed);
    infra::fuzz_git_tree(infra::hostile_tree(seed));
  }
}
