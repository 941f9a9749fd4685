#include "cli/check_stack.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/report.h"

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

int run(const StackOptions& options) {
  const Console console(options.look);
  const auto checked = check_stack(options);
  if (!checked) return console.fail(checked.error());
  if (!report(console, checked->compiled.diagnostics, checked->compiled.sources, {})) return kFailed;
  print_verdict(console, *checked);
  return kDone;
}

}  // namespace

void add_validate(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<StackOptions>();
  add_folder(command, options->folder);
  add_look(command, options->look);
  add_params(command, *options);
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace infra::cli
