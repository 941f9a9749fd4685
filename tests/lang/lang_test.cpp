// The language's tests are data. Each cases/*.infra is one stack, each folder in cases/ one of several files, with its
// libraries and modules; a comment `//~ E0204 some words` (several, parted by
// `;;`) says which message its line must raise and what the rendered message must contain. A file without any must
// compile; its graph is then compared with the .graph file beside it, if there is one. INFRA_RENEW=1 rewrites the
// .graph files that exist.
// `//: set NAME=VALUE` gives a param, `//: complete` asks for what `plan` asks for (every param has a value).
#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "base/sources/memory_tree.h"
#include "compiler/compile.h"

namespace infra {
namespace {

namespace fs = std::filesystem;

class TwoPlatforms : public PlatformTable {
 public:
  bool serves(std::string_view platform, std::string_view kind) const override {
    return platform == "nodes" || (platform == "simulator" && kind != "registry");  // so that E0310 has a case
  }
  bool reads(std::string_view, std::string_view kind) const override {
    return kind == "image" || kind == "subnet" || kind == "vpc";
  }
  std::vector<std::string> platform_kinds() const override { return {"nodes", "simulator"}; }
};

// Stands in for git: what a case has in its folder `remote/` is what this repository has at this commit.
class OneCommit : public ModuleSource {
 public:
  Result<std::string> mount(const std::string& url, const std::string& commit) override {
    if (url == "https://example.org/blog" && commit == std::string(40, 'a')) return std::string("remote");
    return Error{.code = "E0802", .message = url + " can't be reached"};
  }
};

struct Wanted {
  std::string file;
  std::uint32_t line;
  std::string code;
  std::string words;
};

std::string read(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

void add_wanted(const std::string& file, const std::string& text, std::vector<Wanted>& out) {
  std::istringstream lines(text);
  std::string line;
  for (std::uint32_t number = 1; std::getline(lines, line); ++number) {
    const auto mark = line.find("//~");
    if (mark == std::string::npos) continue;
    std::string rest = line.substr(mark + 3);
    for (std::size_t at = 0; at != std::string::npos;) {
      const auto next = rest.find(";;", at);
      std::istringstream part(rest.substr(at, next == std::string::npos ? next : next - at));
      Wanted wanted{.file = file, .line = number};
      part >> wanted.code;
      std::getline(part >> std::ws, wanted.words);
      while (!wanted.words.empty() && wanted.words.back() == ' ') wanted.words.pop_back();
      out.push_back(wanted);
      at = next == std::string::npos ? next : next + 2;
    }
  }
}

struct Case {
  fs::path path;
  std::map<std::string, std::string> files;
  std::string main;  // where directives stand, and messages without a place are expected
  std::vector<Wanted> wanted;
};

Case read_case(const fs::path& path) {
  Case out{.path = path};
  if (fs::is_directory(path)) {
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) out.files[fs::relative(entry.path(), path).string()] = read(entry.path());
    }
    out.main = "main.infra";
  } else {
    out.main = path.filename().string();
    out.files[out.main] = read(path);
  }
  for (const auto& [name, text] : out.files) add_wanted(name, text, out.wanted);
  out.files.insert({{"notes.txt", "hello"}, {"numbers.json", "[1, 2]"}});
  return out;
}

CompileInput input_for(const std::string& text, const SourceTree& tree, const PlatformTable& platforms,
                       ModuleSource& modules) {
  CompileInput input{.sources = tree,
                     .default_stack = "test",
                     .complete = text.find("//: complete") != std::string::npos,
                     .platforms = platforms,
                     .modules = &modules};
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

void check_messages(const Compiled& compiled, const std::vector<Wanted>& wanted, const std::string& main) {
  INFO(render_text(compiled.diagnostics, compiled.sources));
  std::vector<bool> met(wanted.size(), false);
  for (const auto& d : compiled.diagnostics.all()) {
    const auto& span = d.primary.span;
    const auto line = span.somewhere() ? compiled.sources.locate(span.file, span.begin).line : 1;
    const auto file = span.somewhere() ? compiled.sources.file(span.file).path : main;
    bool expected = false;
    for (std::size_t i = 0; i < wanted.size() && !expected; ++i) {
      expected = !met[i] && wanted[i].file == file && wanted[i].line == line && wanted[i].code == d.code &&
                 message_text(d).find(wanted[i].words) != std::string::npos;
      if (expected) met[i] = true;
    }
    if (!expected) FAIL_CHECK(fmt::format("not expected: {}:{}: {} {}", file, line, d.code, d.message));
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!met[i])
      FAIL_CHECK(fmt::format("missing: {}:{}: {} {}", wanted[i].file, wanted[i].line, wanted[i].code, wanted[i].words));
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
    if (entry.path().extension() == ".infra" || entry.is_directory()) cases.push_back(entry.path());
  }
  std::sort(cases.begin(), cases.end());
  REQUIRE(cases.size() > 20);
  for (const auto& path : cases) {
    DYNAMIC_SECTION(path.stem().string()) {
      const Case one = read_case(path);
      const MemoryTree tree(one.files, "");
      const TwoPlatforms platforms;
      OneCommit modules;
      const Compiled compiled = compile(input_for(one.files.at(one.main), tree, platforms, modules));
      check_messages(compiled, one.wanted, one.main);
      REQUIRE(compiled.graph.has_value() == !compiled.diagnostics.has_errors());
      if (compiled.graph) check_graph_file(fs::path(path).replace_extension(".graph"), *compiled.graph);
    }
  }
}

}  // namespace infra
