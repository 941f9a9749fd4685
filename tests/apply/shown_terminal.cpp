#include "tests/apply/shown_terminal.h"

#include <stdexcept>

namespace infra::test {

void Terminal::write(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '\x1b') {
      const auto end = text.find_first_of("ABCDHJKhlm", at + 2);
      escape(text.at(end), std::string(text.substr(at + 2, end - at - 2)));
      at = end + 1;
    } else if (c == '\n') {
      if (++row_ == lines_.size()) lines_.emplace_back();
      column_ = 0;
      ++at;
    } else if (c == '\r') {
      column_ = 0;
      ++at;
    } else {
      auto end = at + 1;
      while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
      put(text.substr(at, end - at));
      at = end;
    }
  }
}

void Terminal::put(std::string_view character) {
  if (column_ == columns_) {
    wrapped_ = true;
    write("\n");
  }
  auto& line = lines_[row_];
  if (line.size() <= column_) line.resize(column_ + 1, " ");
  line[column_++] = character;
}

void Terminal::escape(char final, const std::string& arguments) {
  if (final == 'm') {
    coloured_ = true;
  } else if (final == 'A') {
    const auto up = static_cast<std::size_t>(std::stoi(arguments));
    if (up > row_) throw std::logic_error("moved above the screen");
    row_ -= up;
  } else if (final == 'J' && arguments.empty()) {
    lines_.resize(row_ + 1);
    lines_[row_].resize(std::min(lines_[row_].size(), column_));
  } else if (arguments == "?25") {
    cursor_visible_ = final == 'h';
  } else {
    throw std::logic_error("a sequence that this terminal doesn't know: " + arguments + final);
  }
}

std::string Terminal::screen() const {
  std::string out;
  for (const auto& line : lines_) {
    std::string text;
    for (const auto& character : line) text += character;
    while (text.ends_with(' ')) text.pop_back();
    out += text + "\n";
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace infra::test
