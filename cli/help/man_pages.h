// Manual pages for man(1), made of the same table as --help.
#pragma once
#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace infra::cli {

struct ManPage {
  std::string file;  // "infra-state-mv.1"
  std::string text;  // for groff's man macros
};

// One for the program and one for each command and subcommand. `version` stands in the footer.
std::vector<ManPage> man_pages(const CLI::App& app, const std::string& version);

}  // namespace infra::cli
