// A file of variables as Compose reads it: `.env`, --env-file and env_file.
// https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace infra::importing {

// Each variable with its value, a text with variables (compose/compose_template.h), in the order of the file; nothing
// for one that is handed on from the environment. E0910 if it can't be read.
using EnvEntries = std::vector<std::pair<std::string, std::optional<std::string>>>;
Result<EnvEntries> parse_dotenv(const std::string& text, const std::string& name);

}  // namespace infra::importing
