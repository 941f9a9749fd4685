// Values for a stack's params, from everywhere they may come from. Later sources win: environment, --values, --set,
// --secret.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "compiler/compile.h"
#include "workspace/options.h"

namespace infra {

using Params = std::map<std::string, ParamValue>;

// `environment` is a list of "NAME=value", as a process has it.
Result<Params> gather_params(const StackOptions& options, const std::vector<std::string>& environment);
std::vector<std::string> process_environment();

// The parts, for tests and for each other.
Result<Params> parse_values(std::string_view text, const std::string& file);

}  // namespace infra
