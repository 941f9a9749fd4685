// Whatever is half typed: every request is answered, no answer is an internal error, every range lies in the text.
#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include "lsp/methods.h"
#include "lsp/position.h"
#include "tests/lsp/editor.h"

using namespace infra;
using namespace infra::test;

namespace fs = std::filesystem;

namespace {

std::vector<std::string> examples() {
  std::vector<std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(INFRA_SOURCE_DIR) / "examples")) {
    if (entry.path().extension() != ".infra") continue;
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    out.push_back(text.str());
  }
  return out;
}

void check_ranges(const Json& in, const SourceFile& file) {
  if (in.is_object() && in.contains("start") && in.contains("end")) {
    const auto range = lsp::read_range(&in);
    REQUIRE(range);
    REQUIRE(range->start <= range->end);
    REQUIRE(range->end.line < file.line_starts.size());
  }
  if (!in.is_structured()) return;
  for (const auto& [key, inner] : in.items()) check_ranges(inner, file);
}

void ask_everything(Editor& editor, const std::string& text) {
  SourceFile file{.path = "", .text = text};
  lsp::find_lines(file);
  const Json more = {{"context", {{"includeDeclaration", true}, {"diagnostics", Json::array()}}},
                     {"newName", "fresh"},
                     {"range", lsp::range_json(file, 0, static_cast<std::uint32_t>(text.size()))}};
  for (const auto& request : lsp::all_requests()) {
    INFO(request.method);
    const auto answer = editor.at_cursor(std::string(request.method), more);
    REQUIRE((answer.contains("result") || answer["error"]["code"] != -32603));
    if (answer.contains("result")) check_ranges(answer["result"], file);
  }
  check_ranges(editor.diagnostics(), file);
}

}  // namespace

TEST_CASE("every prefix of every example") {
  const auto all = examples();
  REQUIRE(all.size() >= 4);
  for (const auto& text : all) {
    Editor editor;
    const std::size_t step = std::max<std::size_t>(1, text.size() / 400);
    for (std::size_t length = 0; length <= text.size(); length += step) {
      const auto prefix = text.substr(0, length);
      INFO(prefix);
      editor.type(prefix + "‸");
      ask_everything(editor, prefix);
    }
  }
}

TEST_CASE("every example with a piece cut out, the cursor in the gap") {
  for (const auto& text : examples()) {
    Editor editor;
    for (std::size_t at = 0; at + 7 < text.size(); at += 13) {
      const auto cut = text.substr(0, at) + text.substr(at + 7);
      INFO(cut);
      editor.type(text.substr(0, at) + "‸" + text.substr(at + 7));
      ask_everything(editor, cut);
    }
  }
}

// Trees, and all that is found by them, are taken over from one keystroke to the next.
TEST_CASE("what is typed step by step is understood as what is opened") {
  const std::vector<std::pair<std::string, std::string>> edits = {
      {"memory", "\n\nmemory"}, {"\n\n", "\n/// Longer, by a line.\n\n"},
      {" = ", "  =  "},         {"1", "11"},
      {"\"a", "\"aaa"},         {"core", "cores"}};
  for (const auto& text : examples()) {
    Editor typing;
    typing.type(text);
    auto now = text;
    for (std::size_t round = 0; round < 12; ++round) {
      const auto& [old, fresh] = edits[round % edits.size()];
      const auto at = now.find(old, now.size() / 13 * round);
      if (at == std::string::npos) continue;
      now.replace(at, old.size(), fresh);
      typing.type(now);
      Editor opening;
      opening.type(now);
      INFO(now);
      REQUIRE(typing.diagnostics() == opening.diagnostics());
      const Json document = {{"textDocument", {{"uri", Editor::uri("main.infra")}}}};
      for (const auto* method : {"textDocument/documentSymbol", "textDocument/semanticTokens/full"}) {
        INFO(method);
        REQUIRE(typing.ask(method, document)["result"] == opening.ask(method, document)["result"]);
      }
    }
  }
}
