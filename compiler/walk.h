// The direct parts of an expression, in the order of the text.
#pragma once
#include <functional>

#include "grammar/ast.h"

namespace infra {

void each_part(const ast::Expr& e, const std::function<void(const ast::Expr&)>& visit);

}  // namespace infra
