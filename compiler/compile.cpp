#include "compiler/compile.h"

#include <fmt/format.h>

#include "compiler/checker.h"
#include "compiler/checks.h"
#include "compiler/expander.h"
#include "compiler/program.h"
#include "grammar/parser.h"

namespace infra {
namespace {

void report(Diagnostics& diagnostics, const Error& error) {
  diagnostics.error(error.code, {}, error.message, {}, error.help);
}

std::vector<ast::File> parse_files(const SourceTree& tree, SourceMap& sources, Diagnostics& diagnostics) {
  std::vector<ast::File> files;
  auto names = tree.root_files(".infra");
  if (!names) {
    report(diagnostics, names.error());
    return files;
  }
  std::erase_if(*names, [](const std::string& n) { return n.ends_with(".lib.infra"); });  // only a `use` reads these
  if (names->empty()) {
    diagnostics.error(
        "E0001", {},
        fmt::format("there is no .infra file in {}", tree.display_root().empty() ? "." : tree.display_root()), {},
        "a stack is a folder with files that end in .infra; name its folder: infra plan DIR");
    return files;
  }
  for (const auto& name : *names) {
    auto text = tree.read(name);
    if (!text) {
      report(diagnostics, text.error());
      continue;
    }
    const auto& root = tree.display_root();
    const auto id = sources.add(root.empty() || root == "." ? name : root + "/" + name, *std::move(text));
    files.push_back(parse(sources, id, diagnostics));
  }
  return files;
}

}  // namespace

Compiled compile(const CompileInput& input) {
  Compiled out;
  const auto files = parse_files(input.sources, out.sources, out.diagnostics);
  if (files.empty()) return out;
  const Program program = collect_names(files, out.diagnostics);
  const Types types = check_types(program, out.diagnostics);
  out.outputs = types.outputs;
  if (!out.diagnostics.has_errors()) {
    Graph graph = Expander(program, types, input, out.diagnostics).run();
    if (!out.diagnostics.has_errors()) check_graph(graph, out.diagnostics);
    if (!out.diagnostics.has_errors()) out.graph = std::move(graph);
  }
  out.diagnostics.sort();
  return out;
}

}  // namespace infra
