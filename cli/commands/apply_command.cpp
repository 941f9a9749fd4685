#include <CLI/CLI.hpp>
#include <filesystem>

#include "cli/change.h"
#include "cli/commands.h"
#include "cli/plan_views/saved_plan.h"

namespace infra::cli {
namespace {

// `infra apply FILE` executes a saved plan; the stack is the one that it was made from.
int run(ChangeOptions options) {
  std::error_code ignored;  // what can't be looked at is taken for a folder, and opening it says why
  if (std::filesystem::is_regular_file(options.stack.folder, ignored)) {
    options.plan_file = options.stack.folder;
  }
  if (!options.plan_file.empty()) return run_saved_plan(options);
  return in_environment(options.stack, EnvironmentUse::required, [&] { return run_change(options); });
}

}  // namespace

void add_apply(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<ChangeOptions>();
  add_stack(command, options->stack);
  add_targets(command, options->run);
  add_plan_options(command, options->run);
  add_detail(command, options->run);
  add_parallelism(command, options->run.parallelism);
  add_lock_timeout(command, options->run);
  command.get_option("DIR")->description("The stack's folder, or a plan saved by `infra plan --out`");
  command.add_flag("-y,--yes", options->yes, "Don't ask");
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace infra::cli
