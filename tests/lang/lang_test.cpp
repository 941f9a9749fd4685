// The language's tests are data. Each cases/*.infra is one stack; a comment `//~ E0204 some words` (several, parted by
// `;;`) says which message its line must raise and what the rendered message must contain. A file without any must
// compile; its graph is then compared with the .graph file beside it, if there is one. INFRA_RENEW=1 rewrites the
// .graph files that exist.
// `//: set NAME=VALUE` gives a param, `//: complete` asks for what `plan` asks for (every param has a value).
#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "base/memory_tree.h"
#include "compiler/compile.h"

namespace infra {
namespace {

namespace fs = std::filesystem;

class TwoPlatforms : public PlatformTable {
 public:
  bool serves(std::string_view platform, std::string_view kind) const override {
    return platform == "nodes" || (platform == "simulator" && kind != "registry");  // so that E0310 has a case
  }
  std::vector<std::string> platform_kinds() const override { return {"nodes", "simulator"}; }
};

struct Expectation {
  std::uint32_t line;
  std::string code;
  std::string words;
  friend auto operator<=>(const Expectation&, const Expectation&) = default;
};

std::string read(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<Expectation> expectations(const std::string& text) {
  std::vector<Expectation> out;
  std::istringstream lines(text);
  std::string line;
  for (std::uint32_t number = 1; std::getline(lines, line); ++number) {
    const auto mark = line.find("//~");
    if (mark == std::string::npos) continue;
    std::string rest = line.substr(mark + 3);
    for (std::size_t at = 0; at != std::string::npos;) {
      const auto next = rest.find(";;", at);
      std::istringstream part(rest.substr(at, next == std::string::npos ? next : next - at));
      Expectation e{.line = number};
      part >> e.code;
      std::getline(part >> std::ws, e.words);
      while (!e.words.empty() && e.words.back() == ' ') e.words.pop_back();
      out.push_back(e);
      at = next == std::string::npos ? next : next + 2;
    }
  }
  return out;
}

CompileInput input_for(const std::string& text, const SourceTree& tree, const PlatformTable& platforms) {
  CompileInput input{.sources = tree,
                     .default_stack = "test",
                     .complete = text.find("//: complete") != std::string::npos,
                     .platforms = platforms};
  static const std::regex kSet("//: set (\\w+)=(.*)");
  for (std::sregex_iterator at(text.begin(), text.end(), kSet), end; at != end; ++at) {
    input.params[(*at)[1]] = {.text = (*at)[2], .origin = fmt::format("--set {}={}", (*at)[1].str(), (*at)[2].str())};
  }
  return input;
}

std::string message_text(const Diagnostic& d) {
  std::string all = d.message + "\n" + d.primary.text + "\n" + d.help;
  for (const auto& label : d.secondary) all += "\n" + label.text;
  return all;
}

void check_messages(const Compiled& compiled, const std::vector<Expectation>& wanted) {
  INFO(render_text(compiled.diagnostics, compiled.sources));
  std::vector<bool> met(wanted.size(), false);
  for (const auto& d : compiled.diagnostics.all()) {
    const auto line =
        d.primary.span.somewhere() ? compiled.sources.locate(d.primary.span.file, d.primary.span.begin).line : 1;
    bool expected = false;
    for (std::size_t i = 0; i < wanted.size() && !expected; ++i) {
      expected = !met[i] && wanted[i].line == line && wanted[i].code == d.code &&
                 message_text(d).find(wanted[i].words) != std::string::npos;
      if (expected) met[i] = true;
    }
    if (!expected) FAIL_CHECK(fmt::format("not expected: line {}: {} {}", line, d.code, d.message));
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!met[i]) FAIL_CHECK(fmt::format("missing: line {}: {} {}", wanted[i].line, wanted[i].code, wanted[i].words));
  }
}

void check_graph_file(const fs::path& golden, const Graph& graph) {
  if (!fs::exists(golden)) return;
  const auto text = dump_graph(graph);
  if (std::getenv("INFRA_RENEW") != nullptr) {
    std::ofstream(golden) << text;
  }
  CHECK(text == read(golden));
}

}  // namespace

TEST_CASE("every case of the language says what it must") {
  std::vector<fs::path> cases;
  for (const auto& entry : fs::directory_iterator(fs::path(INFRA_SOURCE_DIR) / "tests/lang/cases")) {
    if (entry.path().extension() == ".infra") cases.push_back(entry.path());
  }
  std::sort(cases.begin(), cases.end());
  REQUIRE(cases.size() > 20);
  for (const auto& path : cases) {
    DYNAMIC_SECTION(path.stem().string()) {
      const auto text = read(path);
      const MemoryTree tree({{path.filename().string(), text}, {"notes.txt", "hello"}, {"numbers.json", "[1, 2]"}}, "");
      const TwoPlatforms platforms;
      const Compiled compiled = compile(input_for(text, tree, platforms));
      check_messages(compiled, expectations(text));
      REQUIRE(compiled.graph.has_value() == !compiled.diagnostics.has_errors());
      if (compiled.graph) check_graph_file(fs::path(path).replace_extension(".graph"), *compiled.graph);
    }
  }
}

}  // namespace infra
