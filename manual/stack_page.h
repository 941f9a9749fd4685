// What a stack or a module says of itself: its params, outputs and declarations with their `///` comments.
#pragma once
#include <string>

#include "compiler/compile.h"
#include "compiler/index.h"

namespace infra {

// As Markdown. `folder` is how the paths of its own files begin ("" for the current folder): what its modules and
// libraries have isn't shown. Defaults of secrets are not shown.
std::string stack_page(const std::string& name, const std::string& folder, const Compiled& compiled,
                       const Index& index);

}  // namespace infra
