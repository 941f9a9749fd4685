// format/NAME.infra is what somebody typed, format/NAME.formatted what it must become. INFRA_RENEW=1 writes these anew.
#include "grammar/format/format.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "tests/grammar/cases.h"

using namespace infra;
using namespace infra::test;

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = INFRA_SOURCE_DIR;

struct Formatted {
  std::optional<std::string> text;
  std::string messages;
};

Formatted formatted(const std::string& text) {
  SourceMap sources;
  Diagnostics diagnostics;
  const auto file = sources.add("test.infra", text);
  auto out = format(sources, file, diagnostics);
  return {std::move(out), render_text(diagnostics, sources)};
}

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
    if (entry.path().extension() == ".infra") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

// The tree without the places at the beginning of its lines.
std::string meaning(const std::string& text) {
  const auto tree = parse_text(text)->tree();
  std::string out;
  for (std::size_t at = 0; at < tree.size();) {
    const auto end = tree.find('\n', at);
    const auto line = tree.substr(at, end - at);
    const auto begin = line.find_first_not_of(' ');
    const auto place = line.find(' ', begin);
    const bool placed = begin != std::string::npos && line[begin] >= '0' && line[begin] <= '9';
    out += std::string(begin == std::string::npos ? 0 : begin, ' ') + line.substr(placed ? place : 0) + "\n";
    at = end + 1;
  }
  return out;
}

}  // namespace

TEST_CASE("each file becomes what is written beside it") {
  const auto cases = files_of("tests/grammar/format");
  REQUIRE(cases.size() > 5);
  for (const auto& path : cases) {
    INFO(path);
    const auto out = formatted(read_file(path));
    INFO(out.messages);
    REQUIRE(out.text);
    const auto golden = fs::path(path).replace_extension(".formatted");
    if (std::getenv("INFRA_RENEW") != nullptr) std::ofstream(golden, std::ios::binary) << *out.text;
    REQUIRE(fs::exists(golden));
    CHECK(*out.text == read_file(golden));
  }
}

TEST_CASE("formatting keeps the meaning and the comments, and formatting again changes nothing") {
  std::size_t looked_at = 0;
  for (const auto* folder : {"examples", "tests/grammar", "tests/lang"}) {
    for (const auto& path : files_of(folder)) {
      const auto text = read_file(path);
      const auto once = formatted(text);
      INFO(path << "\n" << once.messages);
      if (parse_text(text)->diagnostics.has_errors()) {
        CHECK_FALSE(once.text);
        continue;
      }
      REQUIRE(once.text);
      CHECK(meaning(text) == meaning(*once.text));
      for (const auto* mark : {"//", "/*", "*/"}) {
        const auto count = [&](const std::string& in) {
          std::size_t n = 0;
          for (auto at = in.find(mark); at != std::string::npos; at = in.find(mark, at + 1)) ++n;
          return n;
        };
        CHECK(count(text) == count(*once.text));
      }
      const auto twice = formatted(*once.text);
      REQUIRE(twice.text);
      CHECK(*twice.text == *once.text);
      ++looked_at;
    }
  }
  CHECK(looked_at > 40);
}

TEST_CASE("the examples are formatted") {
  for (const auto& path : files_of("examples")) {
    INFO(path);
    const auto text = read_file(path);
    CHECK(formatted(text).text == text);
  }
}

TEST_CASE("a broken file is left alone, with its errors") {
  const auto out = formatted("vpc main {\n  cidr = \n}\n");
  CHECK_FALSE(out.text);
  CHECK(out.messages.find("error[E01") != std::string::npos);
}

TEST_CASE("an empty file stays empty, whatever blanks it has") {
  CHECK(formatted("").text == "");
  CHECK(formatted(" \n\n\t\n").text == "");
  CHECK(formatted("\xEF\xBB\xBF// a\r\n\r\n\r\n// b").text == "// a\n\n// b\n");
}
