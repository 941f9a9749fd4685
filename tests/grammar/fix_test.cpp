// A fix that is offered mends what the message is about.
#include <algorithm>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/grammar/cases.h"

using namespace infra;
using namespace infra::test;

namespace {

std::string with_fixes(std::string text, std::vector<Edit> edits) {
  std::sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.span.begin > b.span.begin; });
  for (const auto& edit : edits) text.replace(edit.span.begin, edit.span.end - edit.span.begin, edit.replacement);
  return text;
}

bool has(const Diagnostics& diagnostics, const Diagnostic& wanted) {
  return std::any_of(diagnostics.all().begin(), diagnostics.all().end(), [&](const Diagnostic& d) {
    return d.code == wanted.code && d.message == wanted.message && d.primary.span == wanted.primary.span;
  });
}

}  // namespace

TEST_CASE("every fix removes its error") {
  std::size_t tried = 0;
  for (const auto& path : golden_cases()) {
    const auto text = read_file(path);
    const auto before = parse_text(text, path.filename().string());
    for (const auto& one : before->diagnostics.all()) {
      if (one.fixes.empty()) continue;
      const auto fixed = with_fixes(text, one.fixes);
      const auto after = parse_text(fixed, path.filename().string());
      INFO(path.filename() << "\n" << one.message << "\n" << fixed);
      CHECK_FALSE(has(after->diagnostics, one));
      ++tried;
    }
  }
  CHECK(tried > 40);
}

TEST_CASE("a file whose errors all have fixes is right once they are applied") {
  const std::string text =
      "vpc main {\n  cidr: 10.20.0.5/16\n  my-tags = { A = \"x\", B = 512Mb }\n  zone == 'a'\n}\n"
      "task api\n{\n  cpu = 1vcpu, memory = 1Gi\n}\n# done\nlet a = b && !c\nlet d = [1 2]\n";
  const auto before = parse_text(text);
  std::vector<Edit> edits;
  for (const auto& one : before->diagnostics.all()) {
    INFO(one.message);
    CHECK_FALSE(one.fixes.empty());
    edits.insert(edits.end(), one.fixes.begin(), one.fixes.end());
  }
  // Some are found only when the line before them is mended.
  auto fixed = with_fixes(text, edits);
  for (int round = 0; round < 3; ++round) {
    const auto again = parse_text(fixed);
    for (const auto& one : again->diagnostics.all()) fixed = with_fixes(fixed, one.fixes);
  }
  INFO(fixed);
  CHECK(parse_text(fixed)->messages().empty());
}

TEST_CASE("files can be parsed side by side") {
  const auto cases = all_cases();
  std::vector<std::string> texts, expected;
  for (const auto& path : cases) {
    texts.push_back(read_file(path));
    expected.push_back(parse_text(texts.back())->tree());
  }
  std::vector<std::vector<std::string>> trees(4);
  {
    std::vector<std::jthread> workers;
    for (auto& mine : trees) {
      workers.emplace_back([&] {
        for (const auto& text : texts) mine.push_back(parse_text(text)->tree());
      });
    }
  }
  for (const auto& mine : trees) CHECK(mine == expected);
}
