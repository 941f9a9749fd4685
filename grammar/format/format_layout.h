// Where lines break and how deep they stand.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "grammar/format/format_pieces.h"

namespace infra::formatting {

struct Line {
  static constexpr std::size_t kNone = ~std::size_t{0};

  std::size_t indent = 0;  // columns
  std::string text;        // without indentation and without a comment at its end
  std::string comment;     // at its end; a comment that stands alone is text
  bool verbatim = false;   // goes on inside a string or a comment: nothing may be put before it
  bool blank_before = false;
  // A line that is one `name = value` or one `key: value`: neighbours in the same braces are aligned here.
  std::size_t align_at = kNone;  // offset in text
  std::size_t braces = 0;        // which ones: the index of the opening piece
};

// Brings the separators to their one form: none where a newline does the same, a comma after the last element of a list
// that stands on several lines. Comments move behind the separator that they stood before.
void normalise(Pieces& pieces);

// Does this bracket's content stand on lines of its own?
bool broken_up(const Pieces& pieces, std::size_t opener);

std::vector<Line> lay_out(const Pieces& pieces);

// Aligns neighbours and joins the lines. (format_lines.cpp)
std::string render(std::vector<Line> lines);

}  // namespace infra::formatting
