// A whole file that the command line names.
#pragma once
#include <string>

#include "base/result.h"

namespace infra::cli {

// Beside it first, then renamed: whoever reads it meanwhile sees the old file or the new one. E0907 if it can't be.
Result<Ok> write_file(const std::string& path, const std::string& text);

}  // namespace infra::cli
