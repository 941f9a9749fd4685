// Cells of the manual's Markdown tables.
#pragma once
#include <string>
#include <string_view>

namespace infra {

// `|` would end the cell.
inline std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

inline std::string code_cell(std::string_view text) { return "`" + cell(text) + "`"; }

}  // namespace infra
