#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "importers/importers.h"

namespace infra {

// What stands beside a Compose file in `folder`, where paths in the file begin: the variables of `env_files`, or, as
// Compose has it, of `.env` if none is named; and the files that the file names. E0003 if one of `env_files` can't be
// read.
Result<ComposeBeside> files_beside_compose(const std::string& folder, std::vector<std::string> env_files);

}  // namespace infra
