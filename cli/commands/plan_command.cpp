#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/plan_views/preview.h"
#include "cli/shared_options.h"
#include "cli/terminal/console.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

struct PlanOptions {
  StackOptions stack;
  RunOptions run;
  PreviewOptions preview;
};

int run(const PlanOptions& options) {
  const Console console(options.stack.look);
  if (auto wrong = contradiction(options.run, options.preview.destroy)) return console.fail(*wrong);
  auto open = open_session(options.stack, options.run);
  if (!open) return console.fail(open.error());
  return preview(console, *open, options.stack, options.run, options.preview);
}

}  // namespace

void add_plan(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<PlanOptions>();
  add_stack(command, options->stack);
  add_targets(command, options->run);
  add_plan_options(command, options->run);
  add_detail(command, options->run);
  add_preview(command, options->preview);
  command.add_flag("--destroy", options->preview.destroy, "What `infra destroy` would do");
  when_called(command, chosen, options->stack, EnvironmentUse::required, [options] { return run(*options); });
}

}  // namespace infra::cli
