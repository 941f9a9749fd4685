// Where a secret's text comes from, so that it never stands on a command line.
#pragma once
#include <string>

#include "base/result.h"

namespace infra {

// `from` is env:VARIABLE, file:PATH or - (standard input, not echoed on a terminal). One newline at the end is dropped.
Result<std::string> read_secret(const std::string& name, const std::string& from);

}  // namespace infra
