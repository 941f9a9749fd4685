// A plan as a comment, and the manual pages: texts that other programs read.
#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>
#include <set>
#include <sstream>

#include "cli/app.h"
#include "cli/help/help_text.h"
#include "cli/help/man_pages.h"
#include "cli/plan_views/plan_markdown.h"
#include "planner/render/terminal_text.h"

using namespace infra::cli;
using infra::text_width;

TEST_CASE("what is added and removed stands first in its line") {
  CHECK(as_diff("service\n  + api  2 containers\n      image: \"a\"\n  ~ web\n  - old\n-/+ gone\n") ==
        "# service\n+   api  2 containers\n      image: \"a\"\n!   web\n-   old\n! -/+ gone\n");
}

TEST_CASE("no line of a text ends its code block") {
  CHECK(code_block("diff", "a\n```\nb\n", 100) == "````diff\na\n```\nb\n````\n");
  CHECK(code_block("", "one\ntwo\nthree\n", 9) == "```\none\ntwo\n… and 1 more lines: `infra plan` shows them\n```\n");
}

TEST_CASE("every command has a manual page, and no line of it is taken for a request") {
  CLI::App app{std::string(kAbout), "infra"};
  Chosen unused;
  build_app(app, unused);
  std::set<std::string> files;
  for (const auto& page : man_pages(app, "0.1.0")) {
    INFO(page.file);
    files.insert(page.file);
    CHECK(page.text.starts_with(".TH "));
    CHECK(page.text.find("\n.SH SYNOPSIS\n") != std::string::npos);
    CHECK(page.text.find("\n'") == std::string::npos);
  }
  for (const auto& command : all_commands()) CHECK(files.contains("infra-" + std::string(command.name) + ".1"));
  CHECK(files.contains("infra-state-mv.1"));
  CHECK_FALSE(files.contains("infra-complete.1"));
}

namespace {

// Words that are longer than a line are left whole.
void check_lines(const std::string& text, std::size_t width) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    const auto word = line.find_last_of(' ') == std::string::npos ? line : line.substr(line.find_first_not_of(' '));
    CHECK((text_width(line) <= width || word.find(' ') == std::string::npos));
  }
}

void check_help(const CLI::App& command, int width) {
  INFO(full_name(command));
  const auto text = help_text(command, width);
  CHECK(text.find("Usage: " + full_name(command)) != std::string::npos);
  check_lines(text, static_cast<std::size_t>(width));
  for (const auto* below : subcommands_of(command)) check_help(*below, width);
}

}  // namespace

TEST_CASE("help of every command fits a terminal of 40 and of 80 columns") {
  CLI::App app{std::string(kAbout), "infra"};
  Chosen unused;
  build_app(app, unused);
  check_help(app, 40);
  check_help(app, 80);
  const auto narrow = help_text(**find_command(app, {"state", "mv"}), 40);
  CHECK(narrow.find("\n  FROM\n      The address that is recorded\n") != std::string::npos);
}
