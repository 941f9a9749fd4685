// Which folder is meant.
#pragma once
#include <string>

#include "base/result.h"

namespace infra {

// For a command that was given no folder: "." if it has .infra files, else the nearest folder above it that has ("..",
// "../.."), as git does it. The search ends at the root of a git repository and at the home folder; "." if there is
// none.
std::string nearest_stack();

// E0004 unless it is a folder.
Result<Ok> check_folder(const std::string& folder);

}  // namespace infra
