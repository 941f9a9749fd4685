// What is wrong with a command line, in the words of its user.
#pragma once
#include <CLI/App.hpp>

#include "base/result.h"

namespace infra::cli {

// `app` after it refused to parse what was typed.
Error usage_error(const CLI::App& app, const CLI::ParseError& refused);

}  // namespace infra::cli
