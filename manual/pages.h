// The long form of each error code: docs/codes/E0405.md and its siblings, as they were when the program was built.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace infra {

struct Page {
  std::string_view code;
  std::string_view text;  // Markdown
};

std::span<const Page> all_pages();  // sorted by code
const Page* find_page(std::string_view code);

// A page for the terminal: paragraphs wrapped, examples indented. Headings are bold if `colour`.
std::string page_for_terminal(std::string_view markdown, std::size_t width, bool colour);

}  // namespace infra
