#pragma once
#include "grammar/ast.h"

namespace infra {

// Text that stands before the item in its file has become longer or shorter by so many bytes.
void move_spans(ast::Item& item, std::int64_t by);

}  // namespace infra
