// Each cases/NAME.infra has the expected forms beside it: NAME.ast always, NAME.messages if it has errors, NAME.tokens
// where tokens are what it is about. INFRA_RENEW=1 writes them anew; review what git shows then.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "tests/grammar/cases.h"

using namespace infra;
using namespace infra::test;

namespace {

bool renew() { return std::getenv("INFRA_RENEW") != nullptr; }

void compare(const std::filesystem::path& path, const std::string& actual) {
  if (renew()) {
    if (actual.empty())
      std::filesystem::remove(path);
    else
      std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  INFO(path);
  CHECK((std::filesystem::exists(path) ? read_file(path) : std::string()) == actual);
}

}  // namespace

TEST_CASE("every case has its expected tree and messages") {
  const auto cases = golden_cases();
  REQUIRE(cases.size() > 5);
  for (auto path : cases) {
    const auto name = path.filename().string();
    const auto parsed = parse_text(read_file(path), name);
    compare(path.replace_extension(".ast"), parsed->tree());
    compare(path.replace_extension(".messages"), parsed->messages());
    const auto tokens = path.replace_extension(".tokens");
    if (name.starts_with("tokens_")) compare(tokens, dump_tokens(parsed->sources, 0));
  }
}

TEST_CASE("what is meant to be right has no messages, what is meant to be wrong has some") {
  for (const auto& path : golden_cases()) {
    const auto parsed = parse_text(read_file(path), path.filename().string());
    INFO(path << "\n" << parsed->messages());
    CHECK(parsed->diagnostics.has_errors() == path.filename().string().starts_with("wrong_"));
  }
  for (const auto& path : all_cases()) {
    if (path.string().find("/examples/") == std::string::npos) continue;
    const auto parsed = parse_text(read_file(path), path.filename().string());
    INFO(path << "\n" << parsed->messages());
    CHECK_FALSE(parsed->diagnostics.has_errors());
  }
}
