#include "planner/render/terminal_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace infra {
namespace {
bool starts_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }
}  // namespace

std::size_t text_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_code_point));
}

std::string cut_text(std::string_view text, std::size_t width) {
  if (text_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t columns = 0;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (starts_code_point(text[end]) && ++columns == width) break;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string value_text(const Value& value) {
  const auto* text = value.string();
  const auto newline = text != nullptr ? text->find('\n') : std::string::npos;
  if (newline == std::string::npos || newline + 1 == text->size()) return to_source(value);
  const auto lines = std::count(text->begin(), text->end(), '\n') + (text->back() == '\n' ? 0 : 1);
  auto first = to_source(Value(text->substr(0, newline)));
  first.insert(first.size() - 1, "…");
  return fmt::format("{} ({} lines)", first, lines);
}

}  // namespace infra
