#pragma once
#include <string>

#include "base/result.h"

namespace CLI {
class ParseError;
}

namespace infra::cli {

// What the parser of the command line found wrong, in this program's words: "--set needs a value: NAME=VALUE".
std::string in_words(const CLI::ParseError& refused);

}  // namespace infra::cli
