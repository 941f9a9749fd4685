// What --help prints: the usage line as it is typed, then rows of a name and what it means.
#pragma once
#include <CLI/App.hpp>
#include <string>

namespace infra::cli {

// An argument as a usage line has it: DIR if it is required, else [DIR].
std::string argument_text(const CLI::Option& option);

// Texts are broken between words so that no line is longer than `width` columns; 0: lines as long as they get, for what
// isn't a terminal. Below 80 columns a text stands under its name.
std::string help_text(const CLI::App& command, int width);

// Lets --help of `app` and of all below it print help_text.
void use_help_text(CLI::App& app, int width);

}  // namespace infra::cli
