// The command line as a whole. Parsing, help, man pages and completions all read what is built here.
#pragma once
#include <CLI/App.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/commands.h"

namespace infra::cli {

inline constexpr std::string_view kAbout =
    "infra: declare what should run, see what would change, apply it, keep it so";

// Adds every command to `app`; parsing sets `chosen`. `width`: of the lines of --help, see help_text.h.
void build_app(CLI::App& app, Chosen& chosen, int width = 0);

// The command or subcommand that `words` name below `app`, such as {"state", "mv"}. E0902 for an unknown one.
Result<const CLI::App*> find_command(const CLI::App& app, const std::vector<std::string>& words);

// Its visible subcommands, in the order in which help lists them.
std::vector<const CLI::App*> subcommands_of(const CLI::App& command);

// "infra state mv"
std::string full_name(const CLI::App& command);

}  // namespace infra::cli
