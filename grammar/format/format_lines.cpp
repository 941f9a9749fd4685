#include <algorithm>

#include "grammar/format/format_layout.h"

namespace infra::formatting {
namespace {

// A comment at the end of a longer line doesn't push its neighbours' out.
constexpr std::size_t kWidest = 80;

// Columns on the screen: one for each character.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool neighbours(const Line& a, const Line& b) {
  return !b.blank_before && a.align_at != Line::kNone && b.align_at != Line::kNone && a.braces == b.braces;
}

void align_values(std::vector<Line>& lines) {
  for (std::size_t i = 0; i < lines.size();) {
    auto end = i + 1;
    while (end < lines.size() && neighbours(lines[end - 1], lines[end])) ++end;
    std::size_t most = 0;
    for (auto j = i; j < end && end - i > 1; ++j) {
      most = std::max(most, width(std::string_view(lines[j].text).substr(0, lines[j].align_at)));
    }
    for (auto j = i; j < end && end - i > 1; ++j) {
      const auto at = lines[j].align_at;
      lines[j].text.insert(at, most - width(std::string_view(lines[j].text).substr(0, at)), ' ');
    }
    i = end;
  }
}

std::size_t code_width(const Line& line) { return line.indent + width(line.text); }

void align_comments(std::vector<Line>& lines) {
  for (std::size_t i = 0; i < lines.size();) {
    auto end = i;
    std::size_t most = 0;
    while (end < lines.size() && !lines[end].comment.empty() && (end == i || !lines[end].blank_before)) {
      if (code_width(lines[end]) <= kWidest) most = std::max(most, code_width(lines[end]));
      ++end;
    }
    for (auto j = i; j < end; ++j) {
      const auto here = code_width(lines[j]);
      lines[j].text.append(std::max(most, here) - here + 2, ' ');
      lines[j].text += lines[j].comment;
    }
    i = std::max(end, i + 1);
  }
}

}  // namespace

std::string render(std::vector<Line> lines) {
  align_values(lines);
  align_comments(lines);
  std::string out;
  for (const auto& line : lines) {
    if (line.blank_before) out += '\n';
    if (!line.verbatim) out.append(line.indent, ' ');
    out += line.text;
    out += '\n';
  }
  return out;
}

}  // namespace infra::formatting
