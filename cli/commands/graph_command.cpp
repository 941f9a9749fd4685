#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/one_of.h"
#include "cli/plan_views/graph_view.h"
#include "cli/shared_options.h"
#include "cli/terminal/report.h"
#include "workspace/compile_stack.h"

namespace infra::cli {
namespace {

struct GraphOptions {
  StackOptions stack;
  std::string format = "graphviz";
};

int run(const GraphOptions& options) {
  const Console console(options.stack.look);
  const auto compiled = compile_stack(options.stack);
  if (!compiled) return console.fail(compiled.error());
  if (!report(console, compiled->diagnostics, compiled->sources, {})) return kFailed;
  console.print(options.format == "mermaid" ? to_mermaid(*compiled->graph) : to_graphviz(*compiled->graph));
  return kDone;
}

}  // namespace

void add_graph(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<GraphOptions>();
  add_folder(command, options->stack.folder);
  command.add_option("--format", options->format, "graphviz (for `dot -Tsvg`) or mermaid")
      ->type_name("FORMAT")
      ->check(one_of({"graphviz", "mermaid"}));
  command.add_flag("--no-color", options->stack.look.no_color, "Plain messages");
  add_params(command, options->stack);
  when_called(command, chosen, options->stack, EnvironmentUse::optional, [options] { return run(*options); });
}

}  // namespace infra::cli
