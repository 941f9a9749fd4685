// Between two texts of a file: which of its top-level items an edit leaves as they are.
#pragma once
#include <optional>
#include <string>

#include "grammar/parser.h"
#include "grammar/scan/scanner.h"

namespace infra {

struct Reuse {
  std::size_t kept_front = 0;  // so many items stand before what has to be parsed anew
  std::size_t kept_back = 0;   // and so many behind it
  std::int64_t moved = 0;      // how far those have moved, in bytes
  TextRange range;             // what has to be parsed anew, in the new text
};

// Nothing if too little would be kept to be worth it.
std::optional<Reuse> find_reuse(const ParsedBefore& before, const std::string& text);

// The items of `file` that are kept, moved to their places, with `fresh` between them. `file` is empty after that.
ast::File spliced(ast::File& file, const Reuse& reuse, ast::Items fresh);

}  // namespace infra
