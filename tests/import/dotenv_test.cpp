// A file of variables as Compose reads it; the cases are those of its documentation and of its own tests.
#include "importers/compose/compose_dotenv.h"

#include <catch2/catch.hpp>

#include "importers/compose/compose_template.h"

using namespace infra;
using namespace infra::importing;

namespace {

// The value of the first variable: "…", (none) if it is handed on, or why the file is refused.
std::string value(const std::string& text) {
  const auto entries = parse_dotenv(text, ".env");
  if (!entries) return entries.error().message;
  if (entries->empty()) return "(empty)";
  return entries->front().first + "=" + entries->front().second.value_or("(none)");
}

}  // namespace

TEST_CASE("values without quotes end with their line, or at a # behind a blank") {
  CHECK(value("FOO=bar") == "FOO=bar");
  CHECK(value("FOO =bar") == "FOO=bar");
  CHECK(value("FOO= bar ") == "FOO=bar");
  CHECK(value("FOO=foobar=") == "FOO=foobar=");
  CHECK(value("VAR=VAL# not a comment") == "VAR=VAL# not a comment");
  CHECK(value("VAR=VAL # comment") == "VAR=VAL");
  CHECK(value("VAR=# comment") == "VAR=");
  CHECK(value("VAR=") == "VAR=");
  CHECK(value("VAR= \nB=2") == "VAR=");
  CHECK(value("VAR=a b  c\r\n") == "VAR=a b  c");
  CHECK(value("A=it's") == "A=it's");
}

TEST_CASE("single quotes keep everything but \\'") {
  CHECK(value("VAR='$OTHER'") == "VAR=$$OTHER");
  CHECK(value("VAR='${OTHER}' # comment") == "VAR=$${OTHER}");
  CHECK(value(R"(VAR='Let\'s go!')") == "VAR=Let's go!");
  CHECK(value(R"(VAR='some\tvalue')") == "VAR=some\\tvalue");
  CHECK(value("VAR='a\nb'\nB=1") == "VAR=a\nb");
  CHECK(value("VAR='a#b'") == "VAR=a#b");
}

TEST_CASE("double quotes know escapes and variables") {
  CHECK(value(R"(VAR="some\tvalue")") == "VAR=some\tvalue");
  CHECK(value(R"(VAR="a\nb")") == "VAR=a\nb");
  CHECK(value(R"(VAR="{\"hello\": \"json\"}")") == "VAR={\"hello\": \"json\"}");
  CHECK(value(R"(VAR="foo\$BAR")") == "VAR=foo$$BAR");
  CHECK(value(R"(VAR="back\\slash")") == "VAR=back\\slash");
  CHECK(value(R"(VAR="a # b" # comment)") == "VAR=a # b");
  CHECK(value("VAR=\"${A:-x}\"") == "VAR=${A:-x}");
  CHECK(value("VAR=\"a\nb\"") == "VAR=a\nb");
}

TEST_CASE("lines have several forms") {
  CHECK(value("export A=2") == "A=2");
  CHECK(value("  export\tA=2") == "A=2");
  CHECK(value("exportA=2") == "exportA=2");
  CHECK(value("A: 1") == "A=1");
  CHECK(value("A: b=c") == "A=b=c");
  CHECK(value("A.B=1") == "A.B=1");
  CHECK(value("A") == "A=(none)");
  CHECK(value("A # handed on") == "A=(none)");
  CHECK(value("# comment\n\n \t# another\nA=1") == "A=1");
  CHECK(value("\xEF\xBB\xBF"
              "A=1") == "A=1");
  CHECK(value("") == "(empty)");
}

TEST_CASE("what can't be read is refused by its line, and never shown") {
  CHECK(value("A=1\nB='never") == ".env can't be read in line 2: a quote in B is never closed");
  CHECK(value("A=1\n\nlol$wut=secret") == ".env can't be read in line 3: lol is no name of a variable");
  CHECK(value("=secret") == ".env can't be read in line 1: the name of a variable is expected");
}

TEST_CASE("texts are taken apart into their variables") {
  const auto show = [](const std::string& text) {
    std::string out;
    for (const auto& piece : parse_template(text).pieces) {
      if (!piece.variable) {
        out += "[" + piece.text + "]";
        continue;
      }
      const auto& [name, form, colon, word] = *piece.variable;
      out += "{" + name + (colon ? ":" : "") + std::string(1, " -?+"[static_cast<int>(form)]) + word + "}";
    }
    return out;
  };
  CHECK(show("a$$b") == "[a$b]");
  CHECK(show("$A-$B_1.c") == "{A }[-]{B_1 }[.c]");
  CHECK(show("${A}${B:-x y}") == "{A }{B:-x y}");
  CHECK(show("${A-x}${A:?m}${A?m}${A:+r}${A+r}") == "{A-x}{A:?m}{A?m}{A:+r}{A+r}");
  CHECK(show("${A:-${B:-${C}}}z") == "{A:-${B:-${C}}}[z]");
  CHECK(show("${A:-}") == "{A:-}");
  CHECK(show("${A:-a}b}") == "{A:-a}[b}]");
  CHECK(show("${1}${A!x}${A") == "[${1}${A!x}${A]");
  CHECK(parse_template("${1}").odd);
  CHECK(show("cost: 5$") == "[cost: 5$]");
}
