#include "cli/help/usage_words.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <regex>

namespace infra::cli {
namespace {

struct Rewording {
  const char* parser;  // its whole text
  const char* ours;
};

// The parser's texts, which CLI11 2.3 builds in Error.hpp and Validators.hpp.
constexpr Rewording kRewordings[] = {
    {R"(WORDS: At Most (\d+) required but received (\d+))", "it takes at most $1 arguments, and there are $2"},
    {R"((.+): At Most (\d+) required but received (\d+))", "$1 takes at most $2 values, and there are $3"},
    {R"((.+): At least (\d+) required but received (\d+))", "$1 takes at least $2 values, and there are $3"},
    {R"((.+): 1 required (.+) missing)", "$1 needs a value: $2"},
    {R"((.+): Value (.+) not in range (.+) to (.+))", "$1 takes $3 to $4, not $2"},
    {R"(Could not convert: (.+) = (.*))", "$1 takes a number, not `$2`"},
    {R"((.+) is required)", "$1 is missing"},
};

}  // namespace

std::string in_words(const CLI::ParseError& refused) {
  std::string text = refused.what();
  for (const auto& row : kRewordings) {
    const std::regex form(row.parser);
    if (std::regex_match(text, form)) return std::regex_replace(text, form, row.ours);
  }
  return text;
}

}  // namespace infra::cli
