// Only the first half of a session: the files of a folder, compiled. For commands that touch neither state nor world.
#pragma once
#include "cli/options.h"
#include "compiler/compile.h"

namespace infra::cli {

// Params may be without a value.
Result<Compiled> compile_stack(const StackOptions& options);

}  // namespace infra::cli
