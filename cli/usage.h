// What is wrong with a command line, in the words of its user.
#pragma once
#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace infra::cli {

// `app` after it refused to parse `words`, everything behind the program's name.
Error usage_error(const CLI::App& app, const CLI::ParseError& refused, const std::vector<std::string>& words);

}  // namespace infra::cli
