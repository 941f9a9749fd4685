// Texts of docs/ as they were when the program was built: the long form of each error code (docs/codes/E0405.md and its
// siblings), and an example of each kind.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace infra {

struct Page {
  std::string_view name;  // "E0405", or of a kind
  std::string_view text;
};

std::span<const Page> all_pages();  // Markdown; sorted by code
const Page* find_page(std::string_view code);

// A stack for each kind: docs/examples/service.infra and its siblings. Those on `nodes` are applied by the tests.
std::span<const Page> all_examples();  // sorted by kind
const Page* find_example(std::string_view kind);

// A page for the terminal: paragraphs wrapped, examples indented. Headings are bold if `colour`.
std::string page_for_terminal(std::string_view markdown, std::size_t width, bool colour);

}  // namespace infra
