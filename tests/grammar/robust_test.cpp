// Whatever bytes a file holds: no crash, no hang, no exception, and a message if it isn't right.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>
#include <random>

#include "tests/grammar/cases.h"

using namespace infra;
using namespace infra::test;

namespace {

double seconds(const std::string& text, std::size_t& errors) {
  const auto start = std::clock();
  const auto parsed = parse_text(text);
  const auto shown = parsed->messages();
  errors = parsed->diagnostics.errors();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

std::string repeated(std::string_view part, std::size_t bytes) {
  std::string out;
  while (out.size() < bytes) out += part;
  return out;
}

// Every span lies in its file, and what is rendered ends.
void check_sound(const Parsed& parsed, const std::string& text) {
  for (const auto& one : parsed.diagnostics.all()) {
    REQUIRE(one.primary.span.begin <= one.primary.span.end);
    REQUIRE(one.primary.span.end <= text.size());
    for (const auto& fix : one.fixes) {
      REQUIRE(fix.span.begin <= fix.span.end);
      REQUIRE(fix.span.end <= text.size());
    }
    REQUIRE_FALSE(one.message.empty());
  }
  REQUIRE((parsed.diagnostics.all().empty() || !parsed.messages().empty()));
}

}  // namespace

TEST_CASE("every prefix of every case and example is parsed") {
  for (const auto& path : all_cases()) {
    const auto text = read_file(path);
    INFO(path);
    for (std::size_t length = 0; length < text.size(); length += kSlowness) {
      const auto prefix = text.substr(0, length);
      const auto parsed = parse_text(prefix);
      if (length % 7 == 0) check_sound(*parsed, prefix);
    }
  }
}

TEST_CASE("the grammar needs no full context: neither what is right nor what is wrong") {
  auto paths = all_cases();
  const auto language = language_cases();
  REQUIRE(language.size() > 40);
  paths.insert(paths.end(), language.begin(), language.end());
  for (const auto& path : paths) {
    int retries = -1;
    const auto exact = parse_text(read_file(path), "x.infra", {.exact = true, .full_context = &retries});
    INFO(path);
    CHECK(retries == 0);
    CHECK(exact->tree() == parse_text(read_file(path), "x.infra")->tree());
  }
}

TEST_CASE("changed bytes never break the parser") {
  const char* given = std::getenv("INFRA_SEED");
  const auto seed = given == nullptr ? 20260131U : static_cast<unsigned>(std::strtoul(given, nullptr, 10));
  INFO("INFRA_SEED=" << seed);
  std::mt19937 random(seed);
  constexpr std::string_view kBytes = "{}[]()\"'$\\/*:;,.=<>!&|?%-+#@ \n\r\t0a_\xC3\xA9\xFF";
  const auto cases = all_cases();
  for (int round = 0; round < 1500; ++round) {
    auto text = read_file(cases[random() % cases.size()]);
    for (auto changes = 1 + random() % 4; changes > 0 && !text.empty(); --changes) {
      const auto at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = kBytes[random() % kBytes.size()];
          break;
        case 1:
          text.insert(at, 1, kBytes[random() % kBytes.size()]);
          break;
        default:
          text.erase(at, 1 + random() % 5);
          break;
      }
    }
    INFO("round " << round << "\n" << text);
    check_sound(*parse_text(text), text);
  }
}

TEST_CASE("a megabyte of { gives one clear message at once") {
  const auto text = std::string(1'000'000, '{');
  std::size_t errors = 0;
  CHECK(seconds(text, errors) < 1.0 * kSlowness);
  CHECK(errors == 1);
  CHECK(parse_text(text)->diagnostics.all().front().code == "E0104");
}

TEST_CASE("whatever a file repeats, it is parsed or refused in a moment") {
  for (const std::string part : {"(",
                                 "[",
                                 "}",
                                 "]",
                                 "\"",
                                 "'",
                                 "-",
                                 "a ",
                                 "a?",
                                 "a ? ",
                                 "a = b ? ",
                                 "a.",
                                 "1+",
                                 "a = 1 + ",
                                 "${",
                                 "\"${",
                                 "/*",
                                 "not ",
                                 "if a {} else ",
                                 "x = List<",
                                 "let a: List<",
                                 "type a = Map<a,",
                                 "#\n",
                                 "\n",
                                 ";",
                                 ",",
                                 "a:",
                                 "::",
                                 "a = [b,\n",
                                 "a = \"${",
                                 "<<A\n",
                                 "\\",
                                 "`",
                                 "(/[",
                                 "\"\"\"",
                                 "\xC3\xA9",
                                 "a = -",
                                 "x = (",
                                 "a {\n",
                                 "1.1.",
                                 "for x in ",
                                 "a = { b: ",
                                 "a = [for x in xs: ",
                                 "a = x[0]",
                                 "a(b)",
                                 "= ",
                                 "a = \"\n",
                                 "/// d\n",
                                 "a { b = ( }\n"}) {
    const auto text = repeated(part, 300'000);
    std::size_t errors = 0;
    INFO(part);
    CHECK(seconds(text, errors) < 2.0 * kSlowness);
    CHECK(seconds("x = " + text, errors) < 2.0 * kSlowness);
  }
}

TEST_CASE("nesting is bounded whatever nests") {
  const auto nested = [](std::string_view open, std::string_view inner, std::string_view close, std::size_t times) {
    return "x = " + repeated(open, open.size() * times) + std::string(inner) + repeated(close, close.size() * times) +
           "\n";
  };
  CHECK_FALSE(parse_text(nested("[", "1", "]", 250))->diagnostics.has_errors());
  CHECK_FALSE(parse_text(nested("(", "1", ")", 250))->diagnostics.has_errors());
  CHECK_FALSE(parse_text(nested("a + ", "1", "", 900))->diagnostics.has_errors());
  const std::vector<std::string> too_deep = {nested("[", "1", "]", 300),        nested("f(", "1", ")", 300),
                                             nested("{a: ", "1", "}", 300),     nested("a ? ", "1", " : 2", 2000),
                                             nested("a ? 1 : ", "2", "", 2000), nested("not ", "1", "", 2000),
                                             nested("a + ", "1", "", 2000),     nested("a ?? ", "1", "", 2000),
                                             nested("\"${", "1", "}\"", 300),   "x = a" + repeated(".b", 4000)};
  for (const auto& text : too_deep) {
    const auto parsed = parse_text(text);
    INFO(text.substr(0, 40));
    REQUIRE(parsed->diagnostics.errors() == 1);
    CHECK(parsed->diagnostics.all().front().code == "E0104");
  }
}

TEST_CASE("a file that is no text is refused with its place") {
  const auto latin = parse_text("a = 1\nb = \"caf\xE9\"\n");
  REQUIRE(latin->diagnostics.errors() == 1);
  CHECK(latin->diagnostics.all().front().code == "E0002");
  CHECK(latin->messages().find("test.infra:2:9") != std::string::npos);

  const auto nul = parse_text(std::string("a = 1\nb = \"\0\"\n", 13));
  REQUIRE(nul->diagnostics.errors() == 1);
  CHECK(nul->diagnostics.all().front().code == "E0101");

  const auto large = parse_text(std::string((std::size_t{4} << 20) + 1, ' '));
  REQUIRE(large->diagnostics.errors() == 1);
  CHECK(large->diagnostics.all().front().code == "E0006");
  CHECK_FALSE(parse_text(std::string(std::size_t{4} << 20, '\n'))->diagnostics.has_errors());
}

TEST_CASE("overlong forms, surrogates and cut characters are not UTF-8") {
  for (const std::string bad : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80",
                                "\xE2\x82", "\x80", "\xFF"}) {
    const auto parsed = parse_text("// " + bad);
    REQUIRE(parsed->diagnostics.errors() == 1);
    CHECK(parsed->diagnostics.all().front().code == "E0002");
  }
  CHECK_FALSE(parse_text("// \xF0\x9F\x98\x80 \xE2\x82\xAC \xF4\x8F\xBF\xBF\n")->diagnostics.has_errors());
}

TEST_CASE("line ends and the byte order mark don't matter") {
  const std::string text = "vpc a {\n  b = 1\n  c = \"\"\"\n    x\n    y\n    \"\"\"\n}\nlet d = [\n  1,\n]\n";
  const auto plain = parse_text(text)->tree();
  std::string windows;
  for (const char c : text) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  CHECK(parse_text(windows)->tree() == plain);
  CHECK_FALSE(parse_text(windows)->diagnostics.has_errors());
  CHECK(parse_text(text.substr(0, text.size() - 1))->tree() == plain);
  CHECK_FALSE(parse_text("\xEF\xBB\xBF" + text)->diagnostics.has_errors());
  CHECK(parse_text("")->tree().empty());
  CHECK(parse_text("// nothing")->diagnostics.all().empty());
}
