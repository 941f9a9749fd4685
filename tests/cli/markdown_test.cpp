// A plan as a comment, and the manual pages: texts that other programs read.
#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>
#include <set>

#include "cli/app.h"
#include "cli/help/man_pages.h"
#include "cli/plan_views/plan_markdown.h"

using namespace infra::cli;

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
