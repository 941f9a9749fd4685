// A file's tokens: what may be said of a place before anything is parsed.
#pragma once
#include <string_view>
#include <vector>

#include "base/sources/source.h"

namespace infra::lsp {

struct Piece {
  enum Kind { name, keyword, number, string, sign, newline, comment } kind = sign;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;   // begin == end: put in by the scanner to repair the file
  std::string_view token;  // the lexer's name: "NAME", "ASSIGN", "STRING_OPEN"
};

// In order, with the comments that the scanner drops.
std::vector<Piece> pieces(const SourceMap& sources, FileId file);

}  // namespace infra::lsp
