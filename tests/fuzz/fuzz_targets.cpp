#include "tests/fuzz/fuzz_targets.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/sources/memory_tree.h"
#include "base/values/codec.h"
#include "compiler/compile.h"
#include "grammar/format/format.h"
#include "grammar/parser.h"
#include "importers/importers.h"

namespace infra {
namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "this doesn't hold: %s\n", what);
  std::abort();
}

struct Formatted {
  std::optional<std::string> text;
  Diagnostics diagnostics;
};

Formatted formatted(const std::string& text) {
  SourceMap sources;
  Formatted out;
  const auto file = sources.add("fuzz.infra", text);
  out.text = format(sources, file, out.diagnostics);
  for (const auto& one : out.diagnostics.all()) {
    require(one.code != "E0999", "the formatter keeps the meaning");
  }
  return out;
}

void check_import(const Result<ImportedStack>& imported) {
  if (!imported)
    return require(imported.error().message.find("bug") == std::string::npos && !imported.error().help.empty(),
                   "a remedy");
  const auto again = formatted(imported->text);
  require(again.text.has_value(), "an imported stack has no syntax errors");
  require(*again.text == imported->text, "an imported stack is formatted");
}

}  // namespace

void fuzz_parse(std::string_view input) {
  SourceMap sources;
  Diagnostics diagnostics;
  const auto id = sources.add("fuzz.infra", std::string(input));
  const auto file = parse(sources, id, diagnostics);
  (void)dump_ast(sources, file);
  (void)dump_tokens(sources, id);
  (void)render_text(diagnostics, sources);
  (void)render_json(diagnostics, sources);
}

void fuzz_format(std::string_view input) {
  const auto once = formatted(std::string(input));
  if (!once.text) return require(once.diagnostics.has_errors(), "what isn't formatted has errors");
  const auto twice = formatted(*once.text);
  require(twice.text.has_value(), "what is formatted parses");
  require(*twice.text == *once.text, "formatting again changes nothing");
}

void fuzz_compile(std::string_view input) {
  const MemoryTree tree({{"fuzz.infra", std::string(input)}, {"notes.txt", "hello"}}, "");
  const EveryPlatform platforms;
  const auto compiled =
      compile({.sources = tree, .default_stack = "fuzz", .params = {}, .complete = false, .platforms = platforms});
  require(compiled.graph.has_value() == !compiled.diagnostics.has_errors(), "a graph, or errors that say why not");
  (void)render_text(compiled.diagnostics, compiled.sources);
}

namespace {

// Reads the input as instructions: each two or three bytes make a definition from earlier ones.
class ChainWriter {
 public:
  explicit ChainWriter(std::string_view input) : input_(input) {}
  std::string text() {
    std::string out =
        "cluster core { }\ntask t { container c { image = \"x\"; port http { container = 80 } } }\n"
        "service s { cluster = core; task = t }\nfn twice(x: String): String = \"${x}${x}\"\nparam open: Bool\n"
        "let a0 = service.s.address\nlet t0 = \"text\"\nlet n0 = 3\nlet l0 = [1, 2]\nlet r0 = { x: 1 }\n"
        "let m0 = { for i in range(5): \"k${i}\": \"v${i}\" }\ntype T0 = { x: Int }\n";
    while (!input_.empty()) out += line();
    for (const char kind : kKinds) out += fmt::format("output {0} = {0}{1}\n", kind, counts_[index(kind)]);
    return out;
  }

 private:
  static constexpr std::string_view kKinds = "atnlrm";
  static std::size_t index(char kind) { return kKinds.find(kind); }
  std::size_t byte() {
    if (input_.empty()) return 0;
    const auto out = static_cast<unsigned char>(input_.front());
    input_.remove_prefix(1);
    return out;
  }
  // One of the last few of a kind: most often the last.
  std::string some(char kind) {
    const auto count = counts_[index(kind)];
    return fmt::format("{}{}", kind, count - std::min(count, byte() % 4));
  }
  std::string let(char kind, const std::string& value) {
    return fmt::format("let {}{} = {}\n", kind, ++counts_[index(kind)], value);
  }
  std::string line() {
    switch (byte() % 20) {
      case 0:
        return let('a', fmt::format("\"${{{}}}${{{}}}\"", some('a'), some('a')));
      case 1:
        return let('a', fmt::format("open ? {} : {}.upper()", some('a'), some('a')));
      case 2:
        return let('a', fmt::format("[{}, {}].join({})", some('a'), some('t'), some('a')));
      case 3:
        return let('t', fmt::format("\"${{{}}}${{{}}}\"", some('t'), some('t')));
      case 4:
        return let('t', fmt::format("twice({})", some('t')));
      case 5:
        return let('t', fmt::format("{}.replace({}, {})", some('t'), some('t'), some('t')));
      case 6:
        return let('n', fmt::format("({} * {} + 1) % 1000", some('n'), some('n')));
      case 7:
        return let('l', fmt::format("{} + {}", some('l'), some('l')));
      case 8:
        return let('l', fmt::format("[for i in {}: i + {}]", some('l'), some('n')));
      case 9:
        return let('l', fmt::format("[for i in range({}): i].distinct()", some('n')));
      case 10:
        return let('r', fmt::format("{{ x: {}, y: {} }}", some('r'), some('r')));
      case 11:
        return let('r', fmt::format("{{ x: [{}, {}] }}", some('r'), some('r')));
      case 12:
        return let('m', fmt::format("merge({}, {})", some('m'), some('m')));
      case 13:
        return let('m', fmt::format("{{ for k, v in {}: k: \"${{v}}${{{}[k]}}\" }}", some('m'), some('m')));
      case 14:
        return let('m', fmt::format("{{ for i in {}: \"k${{i}}\": {} }}", some('l'), some('t')));
      case 15:
        return let('n', fmt::format("{}.length()", some('t')));
      case 16:
        return let('n', fmt::format("{} in {} ? 1 : {}.length()", some('n'), some('l'), some('l')));
      case 17:
        return let('t', fmt::format("json({})", some('r')));
      case 18:
        ++types_;
        return fmt::format("type T{0} = {{ x: T{1}, y: List<T{1}>? }}\n", types_, types_ - 1);
      default:
        return let('n', fmt::format("{} == {} ? 1 : 0", some('r'), some('r')));
    }
  }

  std::string_view input_;
  std::size_t counts_[6] = {};
  std::size_t types_ = 0;
};

}  // namespace

void fuzz_chains(std::string_view input) {
  const MemoryTree tree({{"fuzz.infra", ChainWriter(input.substr(0, 4096)).text()}}, "");
  const EveryPlatform platforms;
  const auto compiled =
      compile({.sources = tree, .default_stack = "fuzz", .params = {}, .complete = false, .platforms = platforms});
  require(compiled.graph.has_value() == !compiled.diagnostics.has_errors(), "a graph, or errors that say why not");
  (void)render_text(compiled.diagnostics, compiled.sources);
  if (!compiled.graph) return;
  for (const auto& output : compiled.graph->outputs) {
    const auto json = to_json(output.value, HashKey("fuzz"));
    const auto back = from_json(json);
    require(back && (output.value.has_secret() || *back == output.value), "what is written can be read");
    require(to_json(*back, HashKey("fuzz")) == json, "and is written the same again");
    (void)spec_hash(output.value, HashKey("fuzz"));
  }
}

void fuzz_compose(std::string_view input) {
  check_import(import_compose({.name = "compose.yaml", .text = std::string(input)}, "fuzz"));
}

void fuzz_ecs(std::string_view input) {
  check_import(import_ecs({{.name = "ecs.json", .text = std::string(input)}}, "fuzz"));
}

}  // namespace infra
