#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/live/command_streams.h"
#include "cli/live/live_view.h"
#include "cli/shared_options.h"

namespace infra::cli {
namespace {

struct ExecOptions {
  StackOptions stack;
  std::string address, container;
  std::vector<std::string> command;
  bool input = false, tty = false;
};

// Of several copies the first that is healthy, of its containers the first that is essential.
const PlacedContainer* choose(const std::vector<PlacedContainer>& all, const ExecOptions& options) {
  const PlacedContainer* best = nullptr;
  const auto worth = [](const LiveContainer& one) { return (one.healthy ? 2 : 0) + (one.essential ? 1 : 0); };
  for (const auto& one : all) {
    if (!one.container.running || !means(options.address, one.container.address)) continue;
    if (!options.container.empty() && one.container.container != options.container) continue;
    if (best == nullptr || worth(one.container) > worth(best->container)) best = &one;
  }
  return best;
}

Error nothing_runs(const LiveView& view, const std::vector<PlacedContainer>& all, const ExecOptions& options) {
  const bool there =
      std::ranges::any_of(all, [&](const auto& one) { return means(options.address, one.container.address); });
  if (!there) return view.nothing_at(options.address, all);
  const auto what = options.container.empty() ? std::string() : fmt::format(" of the name `{}`", options.container);
  return {.code = "E0704",
          .message = fmt::format("`{}` has no running container{}", options.address, what),
          .help = "`infra ps` shows how its tasks are, `infra logs` what they wrote",
          .context = {}};
}

int run(const ExecOptions& options) {
  const Console console(options.stack.look);
  if (auto good = check_tty(options.tty); !good) return console.fail(good.error());
  auto opened = open_live(console, options.stack, "commands in containers");
  if (!opened) return console.fail(opened.error());
  auto& view = opened->view;
  const auto all = view.containers(console);
  if (!all) return console.fail(all.error());
  const auto* chosen = choose(*all, options);
  if (chosen == nullptr) return console.fail(nothing_runs(view, *all, options));
  return run_here(console, options.tty, [&](const ExecStreams& streams, const Cancel& cancel) {
    return chosen->live->exec(
        chosen->container, {.command = options.command, .tty = options.tty, .input = options.input}, streams, cancel);
  });
}

}  // namespace

void add_exec(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<ExecOptions>();
  command.add_option("ADDRESS", options->address, "A service, one of its tasks or a job: service.api, service.api/3")
      ->type_name("")
      ->required();
  command.add_option("CMD", options->command, "The command and its arguments, behind `--`")->type_name("")->required();
  add_look(command, options->stack.look);
  add_state(command, options->stack);
  add_dir(command, options->stack.folder);
  command.add_option("--container", options->container, "In this container of the task")->type_name("NAME");
  command.add_flag("-i,--interactive", options->input, "Give the command what is typed or piped in");
  command.add_flag("-t,--tty", options->tty, "Give the command a terminal");
  when_called(command, chosen, options->stack, EnvironmentUse::required, [options] { return run(*options); });
}

}  // namespace infra::cli
