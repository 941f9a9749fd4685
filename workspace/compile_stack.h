// Only the first half of a session: the files of a folder, compiled. For commands that touch neither state nor world.
#pragma once
#include "compiler/compile.h"
#include "workspace/options.h"

namespace infra {

// Params may be without a value.
Result<Compiled> compile_stack(const StackOptions& options);

}  // namespace infra
