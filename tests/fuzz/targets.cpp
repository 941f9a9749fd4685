#include "tests/fuzz/targets.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/memory_tree.h"
#include "compiler/compile.h"
#include "grammar/format.h"
#include "grammar/parser.h"
#include "importers/import.h"

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

void fuzz_compose(std::string_view input) {
  check_import(import_compose({.name = "compose.yaml", .text = std::string(input)}, "fuzz"));
}

void fuzz_ecs(std::string_view input) {
  check_import(import_ecs({{.name = "ecs.json", .text = std::string(input)}}, "fuzz"));
}

}  // namespace infra
