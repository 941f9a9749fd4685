#include <algorithm>

#include "manual/pages.h"

namespace infra {
namespace {

constexpr std::string_view kIndent = "    ";

class Terminal {
 public:
  Terminal(std::size_t width, bool colour) : width_(width), colour_(colour) {}

  void line(std::string_view text) {
    if (text.starts_with("```")) {
      code_ = !code_;
    } else if (code_) {
      out_ += text.empty() ? "" : kIndent;
      out_ += text;
      out_ += '\n';
    } else if (text.starts_with("# ")) {
      text.remove_prefix(2);
      out_ += colour_ ? "\x1b[1m" + std::string(text) + "\x1b[0m\n" : std::string(text) + "\n";
    } else {
      wrap(text);
    }
  }
  std::string take() { return std::move(out_); }

 private:
  // Columns on the screen: one for each character.
  static std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  }

  void wrap(std::string_view text) {
    std::size_t used = 0;
    while (!text.empty()) {
      const auto end = std::min(text.find(' '), text.size());
      const auto word = text.substr(0, end);
      const auto needed = columns(word);
      if (used > 0 && used + 1 + needed > width_) {
        out_ += '\n';
        used = 0;
      }
      if (used > 0) out_ += ' ';
      out_ += word;
      used += needed + (used > 0 ? 1 : 0);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    out_ += '\n';
  }

  std::size_t width_;
  bool colour_;
  bool code_ = false;
  std::string out_;
};

const Page* find(std::span<const Page> pages, std::string_view name) {
  const auto at = std::ranges::find(pages, name, &Page::name);
  return at != pages.end() ? &*at : nullptr;
}

}  // namespace

const Page* find_page(std::string_view code) { return find(all_pages(), code); }
const Page* find_example(std::string_view kind) { return find(all_examples(), kind); }

std::string page_for_terminal(std::string_view markdown, std::size_t width, bool colour) {
  Terminal terminal(width, colour);
  while (!markdown.empty()) {
    const auto end = std::min(markdown.find('\n'), markdown.size());
    terminal.line(markdown.substr(0, end));
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
  }
  return terminal.take();
}

}  // namespace infra
