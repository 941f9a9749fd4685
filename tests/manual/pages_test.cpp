// The pages of docs/codes hold examples: the first one must raise the code, the second one must not raise anything.
// ```infra --set x=1``` gives a param; ```infra plan``` asks for what a plan asks for; ```infra modules``` has a folder
// and a repository to take modules from. ```infra outside``` is a code of the world's: its files are good, both of
// them.
#include "manual/pages.h"

#include <catch2/catch.hpp>
#include <regex>
#include <sstream>

#include "base/diagnostics/codes.h"
#include "base/sources/memory_tree.h"
#include "compiler/compile.h"
#include "compiler/kinds.h"
#include "workspace/check_stack.h"
#include "workspace/open_session.h"

using namespace infra;

namespace {

struct Example {
  std::string info;  // behind ```
  std::string text;
};

std::vector<Example> examples(std::string_view page) {
  std::vector<Example> out;
  std::istringstream lines{std::string(page)};
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    const bool fence = line.starts_with("```");
    if (fence && !inside) out.push_back({.info = line.substr(3), .text = {}});
    if (fence) inside = !inside;
    if (!fence && inside) out.back().text += line + "\n";
  }
  return out;
}

// Every commit of every repository is the same folder.
class OneRepository : public ModuleSource {
 public:
  Result<std::string> mount(const std::string&, const std::string&) override { return std::string("blog"); }
};

bool is_outside(const Example& example) { return example.info.find(" outside") != std::string::npos; }

struct Found {
  std::vector<std::string> codes;  // of errors
  std::string messages;
};

Found checked(const Example& example) {
  const MemoryTree tree({{"shop.infra", example.text},
                         {"notes.txt", "hello"},
                         {"app/Dockerfile", "FROM scratch\n"},
                         {"blog/blog.infra", "let words = 3\n"}},
                        "");
  std::map<std::string, ParamValue> params;
  std::istringstream words(example.info);
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    if (equals != std::string::npos)
      params[word.substr(0, equals)] = {.text = word.substr(equals + 1), .origin = "--set"};
  }
  OneRepository repository;
  const bool modules = example.info.find(" modules") != std::string::npos;
  auto found = check_tree(tree, "shop", params, modules ? &repository : nullptr).compiled;
  if (example.info.find(" plan") != std::string::npos) {
    const auto platforms = all_platforms();
    found = compile({.sources = tree, .default_stack = "shop", .params = params, .platforms = platforms});
  }
  Found out{.codes = {}, .messages = render_text(found.diagnostics, found.sources)};
  for (const auto& one : found.diagnostics.all()) {
    if (one.severity == Severity::error) out.codes.push_back(one.code);
  }
  return out;
}

}  // namespace

TEST_CASE("every code has a page, and every page a code") {
  const auto pages = all_pages();
  for (const auto& code : all_codes()) {
    INFO(code.code << " " << code.title);
    const auto* page = find_page(code.code);
    REQUIRE(page != nullptr);
    CHECK(page->text.substr(0, page->text.find('\n')) ==
          "# " + std::string(code.code) + ": " + std::string(code.title));
  }
  CHECK(pages.size() == all_codes().size());
}

TEST_CASE("a page says what is wrong, what is right, and what to do") {
  for (const auto& page : all_pages()) {
    INFO(page.name);
    CHECK(examples(page.text).size() == 2);
    CHECK(page.text.find("\nWrong:\n") < page.text.find("\nRight:\n"));
    CHECK(page.text.find("\nRight:\n") != std::string::npos);
    CHECK_FALSE(page.text.ends_with("```\n"));
  }
}

TEST_CASE("the example that fails raises the page's code, the other one nothing") {
  std::size_t tried = 0;
  for (const auto& page : all_pages()) {
    const auto found = examples(page.text);
    if (found.size() != 2 || !found[0].info.starts_with("infra") || is_outside(found[0])) continue;
    const auto wrong = checked(found[0]);
    const auto right = checked(found[1]);
    INFO(page.name << "\nwrong:\n" << wrong.messages << "\nright:\n" << right.messages);
    CHECK_FALSE(wrong.codes.empty());
    for (const auto& code : wrong.codes) CHECK(code == page.name);
    CHECK(right.codes.empty());
    ++tried;
  }
  CHECK(tried > 40);
}

TEST_CASE("an example whose fault is the world's compiles, and so does what stands right beside a transcript") {
  std::size_t tried = 0;
  for (const auto& page : all_pages()) {
    for (const auto& example : examples(page.text)) {
      if (!is_outside(example)) continue;
      const auto found = checked(example);
      INFO(page.name << "\n" << example.text << "\n" << found.messages);
      CHECK(found.codes.empty());
      ++tried;
    }
  }
  CHECK(tried > 20);
}

bool has_declaration(const std::string& text) {
  static const std::regex kDeclaration(R"((^|\n)\s*[a-z_]+( [a-z_]+)? (\{|=) )");
  return std::regex_search(text, kDeclaration);
}

// A transcript isn't checked, nor is plain text; E0104's example would be some hundred lines long.
TEST_CASE("no example of the language goes unchecked") {
  for (const auto& page : all_pages()) {
    for (const auto& example : examples(page.text)) {
      INFO(page.name << "\n" << example.text);
      const auto kind = example.info.substr(0, example.info.find(' '));
      CHECK((kind == "infra" || kind == "console" || page.name == "E0104" || !has_declaration(example.text)));
    }
  }
}

TEST_CASE("a page is wrapped for the terminal, its examples are indented") {
  CHECK(page_for_terminal("# E1: x\n\none two three four\n\n```infra\nlet a = 1\n\nlet b = 2\n```\n", 9, false) ==
        "E1: x\n\none two\nthree\nfour\n\n    let a = 1\n\n    let b = 2\n");
  CHECK(page_for_terminal("# T\n", 80, true) == "\x1b[1mT\x1b[0m\n");
}

TEST_CASE("each kind has an example that declares it and compiles") {
  for (const auto& kind : all_kinds()) {
    INFO(kind.schema->name);
    const auto* example = find_example(kind.schema->name);
    REQUIRE(example != nullptr);
    CHECK(std::regex_search(std::string(example->text),
                            std::regex("(^|\n|\\{ ) *" + kind.schema->name + " [a-z_]+ \\{")));
    const bool asks = example->text.find("param db_password") != std::string_view::npos;
    const auto found = checked({.info = asks ? "infra db_password=x" : "infra", .text = std::string(example->text)});
    INFO(found.messages);
    CHECK(found.codes.empty());
  }
  CHECK(all_examples().size() == all_kinds().size());
}
