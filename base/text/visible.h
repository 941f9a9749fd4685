// Text of others made safe to be shown: nothing in it is obeyed by a terminal, and nothing changes the order in which
// it is read. What would be is shown as U+FFFD, and so is what isn't UTF-8 (a terminal may take single bytes for
// controls).
#pragma once
#include <string>
#include <string_view>

namespace infra {

// One code point from the front of a text that isn't empty; what isn't UTF-8 is one byte long and U+FFFD.
struct CodePoint {
  char32_t value = 0xFFFD;
  std::size_t length = 1;
};
CodePoint first_code_point(std::string_view text);

// C0, C1 and DEL; line and paragraph separators; marks that change the direction of writing (Unicode's Bidi_Control);
// tags and other characters that take no place and are seen by nobody.
bool is_obeyed(char32_t c);

// Newlines and tabs stay. `styled`: so do the colours and weights that this program uses (ESC [ … m with 0 to 4 and 31
// to 36), without which a text would have to be split wherever its colour changes.
std::string visible(std::string_view text, bool styled = false);

// The same for JSON, without changing what it says: as \u escapes.
std::string visible_json(std::string_view json);

}  // namespace infra
