#include "cli/change.h"
#include "cli/commands.h"

namespace infra::cli {

void add_destroy(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<ChangeOptions>();
  options->destroy = true;
  add_stack(command, options->stack);
  add_targets(command, options->run);
  add_detail(command, options->run);
  add_parallelism(command, options->run.parallelism);
  add_lock_timeout(command, options->run);
  command.add_flag("-y,--yes", options->yes, "Don't ask");
  when_called(command, chosen, options->stack, EnvironmentUse::required, [options] { return run_change(*options); });
}

}  // namespace infra::cli
