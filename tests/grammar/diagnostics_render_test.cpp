// How messages look. Story: given diagnostics at these places, the user should see exactly this.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/diagnostics/diagnostic.h"

using namespace infra;

namespace {

struct Story {
  SourceMap sources;
  Diagnostics diagnostics;

  FileId file(std::string path, std::string text) { return sources.add(std::move(path), std::move(text)); }
  // The n-th place where `part` stands in the file.
  Span at(FileId file, std::string_view part, int n = 1) const {
    std::size_t found = 0;
    const auto& text = sources.file(file).text;
    for (std::size_t from = 0; n > 0; --n) {
      found = text.find(part, from);
      REQUIRE(found != std::string::npos);
      from = found + 1;
    }
    return {file, static_cast<std::uint32_t>(found), static_cast<std::uint32_t>(found + part.size())};
  }
  std::string text(const RenderOptions& options = {}) const { return render_text(diagnostics, sources, options); }
};

}  // namespace

TEST_CASE("a message shows both places, the reason and the fix") {
  Story s;
  std::string text = std::string(31, '\n') + "  ec2 { instance = \"m6i.large\"; size = 1..3 }\n" +
                     std::string(6, '\n') + "  memory = 16GiB\n";
  const auto file = s.file("shop.infra", text);
  auto& d = s.diagnostics.error("E0405", s.at(file, "16GiB"), "task `api` fits no node of cluster `core`",
                                "needs 16GiB", "use an instance with at least 16GiB");
  d.secondary.push_back({s.at(file, "\"m6i.large\""), "the largest node has 8GiB"});
  d.fixes.push_back({s.at(file, "large"), "2xlarge"});
  CHECK(s.text() ==
        "error[E0405]: task `api` fits no node of cluster `core`\n"
        "  --> shop.infra:39:12\n"
        "   |\n"
        "32 |   ec2 { instance = \"m6i.large\"; size = 1..3 }\n"
        "   |                    ----------- the largest node has 8GiB\n"
        "39 |   memory = 16GiB\n"
        "   |            ^^^^^ needs 16GiB\n"
        "   |\n"
        "help: use an instance with at least 16GiB\n"
        "   |   ec2 { instance = \"m6i.2xlarge\"; size = 1..3 }\n"
        "\n"
        "1 error\n");
}

TEST_CASE("several marks in a line, a far line and another file") {
  Story s;
  const auto file = s.file("a.infra", "one two three\n" + std::string(20, '\n') + "four\n");
  const auto other = s.file("b.infra", "\nfive six\n");
  auto& d = s.diagnostics.warning("E0404", s.at(file, "three"), "something is odd", "third");
  d.secondary = {{s.at(file, "one"), "first"},
                 {s.at(file, "two"), ""},
                 {s.at(file, "four"), "far"},
                 {s.at(other, "six"), "there"}};
  CHECK(s.text() ==
        "warning[E0404]: something is odd\n"
        "  --> a.infra:1:9\n"
        "   |\n"
        " 1 | one two three\n"
        "   | --- --- ^^^^^ third\n"
        "   | first\n"
        "...\n"
        "22 | four\n"
        "   | ---- far\n"
        "  ::: b.infra:2:6\n"
        "   |\n"
        " 2 | five six\n"
        "   |      --- there\n"
        "\n"
        "1 warning\n");
}

TEST_CASE("tabs, wide characters, accents and control characters keep the marks in place") {
  Story s;
  const auto file = s.file("t.infra", "\tx = \"日本\" + y\nz\xCC\x81 = \x1b[31m w\n");
  s.diagnostics.error("E0201", s.at(file, "y"), "there is no `y`", "unknown");
  s.diagnostics.error("E0201", s.at(file, "w"), "there is no `w`");
  CHECK(s.text() ==
        "error[E0201]: there is no `y`\n"
        " --> t.infra:1:13\n"
        "  |\n"
        "1 |     x = \"日本\" + y\n"
        "  |                  ^ unknown\n"
        "\n"
        "error[E0201]: there is no `w`\n"
        " --> t.infra:2:12\n"
        "  |\n"
        "2 | z\xCC\x81 = \xEF\xBF\xBD[31m w\n"
        "  |           ^\n"
        "\n"
        "2 errors\n");
}

TEST_CASE("what a user's text brings into a message doesn't reach the terminal as it is") {
  Story s;
  const auto file = s.file("a.infra", "assert false\n");
  s.diagnostics.error("E0308", s.at(file, "false"), "\x1b]0;title\a first\nsecond", "\x1b[2J é", "\x1b[1m");
  CHECK(s.text() ==
        "error[E0308]: \uFFFD]0;title\uFFFD first\n"
        "  second\n"
        " --> a.infra:1:8\n"
        "  |\n"
        "1 | assert false\n"
        "  |        ^^^^^ \uFFFD[2J é\n"
        "  |\n"
        "help: \uFFFD[1m\n"
        "\n"
        "1 error\n");
}

TEST_CASE("a long line is cut around its mark") {
  Story s;
  const auto file = s.file("l.infra", "x = \"" + std::string(5000, 'a') + "HERE" + std::string(5000, 'b') + "\"");
  s.diagnostics.error("E0102", s.at(file, "HERE"), "wrong", "this");
  const auto text = s.text();
  CHECK(text.size() < 600);
  CHECK(text.find("…" + std::string(40, 'a') + "HERE") != std::string::npos);
  const auto mark = text.find("^^^^ this");
  const auto line = text.find("1 | ");
  REQUIRE(mark != std::string::npos);
  const auto column = mark - (text.rfind('\n', mark) + 1);
  CHECK(column == 4 + 1 + 40);  // behind the gutter and the ellipsis
  CHECK(line < mark);
}

TEST_CASE("a message without a place, an empty place, and places behind the end") {
  Story s;
  const auto file = s.file("e.infra", "a =");
  s.diagnostics.error("E0001", {}, "there is no .infra file in `here`", "", "write one");
  s.diagnostics.error("E0102", {file, 3, 3}, "expected a value after `=`", "expected a value");
  s.diagnostics.error("E0006", {file, 70, 90}, "too far");
  CHECK(s.text() ==
        "error[E0001]: there is no .infra file in `here`\n"
        "help: write one\n"
        "\n"
        "error[E0102]: expected a value after `=`\n"
        " --> e.infra:1:4\n"
        "  |\n"
        "1 | a =\n"
        "  |    ^ expected a value\n"
        "\n"
        "error[E0006]: too far\n"
        " --> e.infra:1:4\n"
        "  |\n"
        "1 | a =\n"
        "  |    ^\n"
        "\n"
        "3 errors\n");
}

TEST_CASE("a span of several lines is marked in its first") {
  Story s;
  const auto file = s.file("m.infra", "a = [\n  1\n]\n");
  s.diagnostics.error("E0204", {file, 4, 11}, "a list isn't allowed here");
  CHECK(s.text().find("1 | a = [\n  |     ^\n\n") != std::string::npos);
}

TEST_CASE("a fix that joins, adds or removes lines shows the result") {
  Story s;
  const auto file = s.file("f.infra", "task api\n{\n}\n# x\n");
  s.diagnostics.error("E0102", {file, 8, 8}, "expected `{`").fixes.push_back({{file, 8, 9}, " "});
  s.diagnostics.error("E0105", {file, 13, 14}, "comments begin with `//`", "", "write `//`")
      .fixes.push_back({{file, 13, 14}, "//"});
  s.diagnostics.error("E0102", {file, 9, 10}, "needs a line").fixes.push_back({{file, 10, 10}, "\n  cpu = 1vcpu"});
  const auto text = s.text();
  CHECK(text.find("help: change it like this\n  | task api {\n") != std::string::npos);
  CHECK(text.find("help: write `//`\n  | // x\n") != std::string::npos);
  CHECK(text.find("  | {\n  |   cpu = 1vcpu\n") != std::string::npos);
}

TEST_CASE("colours only when they are asked for") {
  Story s;
  const auto file = s.file("c.infra", "a = b\n");
  auto& d = s.diagnostics.error("E0201", s.at(file, "b"), "there is no `b`", "unknown", "write `a`");
  d.secondary.push_back({s.at(file, "a"), "here"});
  CHECK(s.text().find('\x1b') == std::string::npos);
  const auto text = s.text({.colour = true});
  CHECK(text.find("\x1b[1;31merror[E0201]\x1b[0m") != std::string::npos);
  CHECK(text.find("\x1b[1;31m^\x1b[0m") != std::string::npos);
  CHECK(text.find("\x1b[1;34m-\x1b[0m") != std::string::npos);
  CHECK(text.find("\x1b[1;36mhelp\x1b[0m") != std::string::npos);
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b')
      i = text.find('m', i);
    else
      plain += text[i];
  }
  CHECK(plain == s.text());
}

TEST_CASE("many messages are cut, but all are counted") {
  Story s;
  const auto file = s.file("n.infra", std::string(100, 'x'));
  for (std::uint32_t i = 0; i < 60; ++i) s.diagnostics.error("E0201", {file, i, i + 1}, "unknown");
  s.diagnostics.warning("E0404", {file, 99, 100}, "odd");
  const auto text = s.text();
  CHECK(text.ends_with("… and 11 more\n60 errors, 1 warning\n"));
  std::size_t shown = 0;
  for (auto at = text.find("error["); at != std::string::npos; at = text.find("error[", at + 1)) ++shown;
  CHECK(shown == 50);
  CHECK(s.text({.most = 2}).ends_with("… and 59 more\n60 errors, 1 warning\n"));
  CHECK(render_text({}, s.sources).empty());
}

TEST_CASE("as JSON, every place has its line and column") {
  Story s;
  const auto file = s.file("j.infra", "é = x\ny = 1\n");
  auto& d = s.diagnostics.error("E0201", s.at(file, "x"), "there is no `x`", "unknown", "write `y`");
  d.secondary.push_back({s.at(file, "y"), "this is close"});
  d.fixes.push_back({s.at(file, "x"), "y"});
  s.diagnostics.warning("E0001", {}, "nowhere \xFF");
  const auto json = nlohmann::json::parse(render_json(s.diagnostics, s.sources));
  const auto& first = json["diagnostics"][0];
  CHECK(first ==
        nlohmann::json::parse(R"({"code":"E0201","severity":"error","message":"there is no `x`","file":"j.infra",
      "line":1,"column":5,"end_line":1,"end_column":6,"label":"unknown","help":"write `y`",
      "related":[{"file":"j.infra","line":2,"column":1,"end_line":2,"end_column":2,"label":"this is close"}],
      "fixes":[{"file":"j.infra","line":1,"column":5,"end_line":1,"end_column":6,"replacement":"y"}]})"));
  CHECK(json["diagnostics"][1]["severity"] == "warning");
  CHECK(json["diagnostics"][1]["file"].is_null());
}
