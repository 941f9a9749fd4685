// What was typed is parsed alone, and nobody can tell: the tree is the one that parsing the whole file gives.
#include <catch2/catch.hpp>
#include <random>

#include "tests/grammar/cases.h"

using namespace infra;
using namespace infra::test;

namespace {

// What is typed, pasted or deleted somewhere: also what opens something, or goes on with the line before.
std::string edited(const std::string& text, std::mt19937& random) {
  static const std::vector<std::string> kTyped = {"a",
                                                  "1",
                                                  " ",
                                                  "\n",
                                                  "}",
                                                  "{",
                                                  "(",
                                                  "\"",
                                                  "/",
                                                  "//",
                                                  "/*",
                                                  "*/",
                                                  "\n///doc\n",
                                                  ",",
                                                  "+ 1",
                                                  ".x",
                                                  "\nlet q = 1\n",
                                                  "${",
                                                  "é",
                                                  "\n\n\n",
                                                  ";",
                                                  "else { }",
                                                  "\"\"\"",
                                                  "%",
                                                  "let",
                                                  "= 3",
                                                  "\noutput o = 3\n",
                                                  " and ",
                                                  "?? 2",
                                                  "not ",
                                                  "for a in b ",
                                                  "if true { }",
                                                  "// }\n",
                                                  "\t",
                                                  "[",
                                                  "]"};
  std::string out = text;
  const auto at = random() % (text.size() + 1);
  switch (random() % 4) {
    case 0:
      out.erase(at, random() % 4);
      break;
    case 1:  // the rest of a line
      out.erase(at, out.find('\n', at) - at);
      break;
    case 2:
      out.replace(at, random() % 8, kTyped[random() % kTyped.size()]);
      break;
    default:
      out.insert(at, kTyped[random() % kTyped.size()]);
      break;
  }
  return out;
}

}  // namespace

TEST_CASE("a file that was edited is parsed where it was edited") {
  std::mt19937 random(7);
  int reused = 0;
  int edits = 0;
  auto paths = all_cases();
  const auto language = language_cases();
  paths.insert(paths.end(), language.begin(), language.end());
  for (const auto& path : paths) {
    const auto text = read_file(path);
    if (text.size() < 200) continue;
    INFO(path);
    for (int round = 0; round < 20 / kSlowness; ++round) {
      auto before = parse_text(text);
      std::string now = text;
      for (int edit = 0; edit < 5; ++edit) {  // each starts from what the one before has taken over
        const auto old = now;
        now = edited(now, random);
        ++edits;
        const auto whole = parse_text(now);
        auto again = std::make_unique<Parsed>();
        const auto id = again->sources.add("test.infra", now);
        auto file = reparse(again->sources, id, {.text = old, .file = before->file}, again->diagnostics);
        if (!file) {
          before = parse_text(now);
          continue;
        }
        ++reused;
        again->file = *std::move(file);
        INFO(old << "\n=== became ===\n" << now);
        again->diagnostics.sort();
        whole->diagnostics.sort();
        REQUIRE(again->messages() == whole->messages());
        REQUIRE(again->tree() == whole->tree());
        before = std::move(again);
      }
    }
  }
  REQUIRE(reused > edits / 10);  // many of the files have few items
}
