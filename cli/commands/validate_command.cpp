#include <CLI/CLI.hpp>

#include "base/diagnostics/sarif.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/shared_options.h"
#include "cli/terminal/report.h"
#include "workspace/check_stack.h"

namespace infra::cli {
namespace {

void print_verdict(const Console& console, const Checked& checked) {
  const auto& compiled = checked.compiled;
  if (console.json()) {
    const auto object = with_diagnostics(R"({"valid":true,"diagnostics":[]})", compiled.diagnostics, compiled.sources);
    console.print(object + "\n");
    return;
  }
  const auto count = compiled.graph->resources.size();
  console.print(
      fmt::format("{} is valid: {} {}.\n", compiled.graph->stack, count, count == 1 ? "resource" : "resources"));
  if (!checked.unset.empty()) {
    console.note(fmt::format("Without a value, so not checked to the end: {}.", fmt::join(checked.unset, ", ")));
  }
}

struct ValidateOptions {
  StackOptions stack;
  bool sarif = false;
};

int run(const ValidateOptions& options) {
  const Console console(options.stack.look);
  const auto checked = check_stack(options.stack);
  if (!checked) return console.fail(checked.error());
  if (options.sarif) {
    console.data(render_sarif(checked->compiled.diagnostics, checked->compiled.sources, INFRA_VERSION));
    return checked->compiled.diagnostics.has_errors() ? kFailed : kDone;
  }
  if (!report(console, checked->compiled.diagnostics, checked->compiled.sources, {})) return kFailed;
  print_verdict(console, *checked);
  return kDone;
}

}  // namespace

void add_validate(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<ValidateOptions>();
  add_folder(command, options->stack.folder);
  add_look(command, options->stack.look);
  command.add_flag("--sarif", options->sarif, "Print SARIF 2.1.0, for code hosts and editors");
  add_params(command, options->stack);
  when_called(command, chosen, options->stack, EnvironmentUse::optional, [options] { return run(*options); });
}

}  // namespace infra::cli
