// What sort of thing stands at the cursor, from the tokens before it: right also where the line can't be parsed yet.
#pragma once
#include <string>

#include "lsp/tokens.h"

namespace infra::lsp {

struct Cursor {
  enum Kind { nothing, item, value, member, key, type, kind } place = nothing;
  std::uint32_t begin = 0;  // of the word that is being typed; may be empty
  std::uint32_t end = 0;
  bool wants_block = false;  // its line is a `for` or `if`, which only a block makes whole
};

Cursor cursor_at(const SourceMap& sources, FileId file, std::uint32_t offset);

}  // namespace infra::lsp
