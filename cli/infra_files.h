// The .infra files that commands which change files work on.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"

namespace infra::cli {

// Files as they are named, folders as all .infra files below them, sorted; hidden folders and links are left out. E0001
// for a folder that has none.
Result<std::vector<std::string>> infra_files(const std::vector<std::string>& places);

}  // namespace infra::cli
