// A whole file that the command line names.
#pragma once
#include <string>

#include "base/result.h"

namespace infra {

// `code` is the error's: it depends on what the file is for.
Result<std::string> read_file(const std::string& path, const std::string& code);
Result<std::string> read_stdin(const std::string& code);

}  // namespace infra
