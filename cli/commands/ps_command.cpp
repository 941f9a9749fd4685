#include <CLI/CLI.hpp>
#include <algorithm>

#include "apply/prepare/look_around.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/shared_options.h"
#include "cli/task_table.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

struct PsOptions {
  StackOptions stack;
  RunOptions run;
};

Moment now() { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

void warn_of_silences(const Console& console, const Observation& observed) {
  for (const auto& unreachable : observed.unreachable) {
    console.complain(fmt::format("{} doesn't answer: {}\n", unreachable.where, unreachable.error.line()));
  }
}

int run(const PsOptions& options) {
  const Console console(options.stack.look);
  if (auto there = check_state(options.stack); !there) return console.fail(there.error());
  const auto open = open_session(options.stack, options.run);
  if (!open) return console.fail(open.error());
  const auto looked = look_around(*open->session);
  if (!looked) return console.fail(looked.error());
  if (const auto unknown = unknown_target(*looked, options.run.targets)) return console.fail(*unknown);
  const auto rows = task_rows(looked->observed, options.run.targets);
  const int code = looked->errors.empty() && looked->observed.unreachable.empty() ? kDone : kFailed;
  if (console.json()) {
    console.print(tasks_json(rows, recorded_certificates(looked->state)) + "\n");
    return code;
  }
  for (const auto& error : looked->errors) console.complain(error.line() + "\n");
  warn_of_silences(console, looked->observed);
  if (rows.empty()) {
    console.note("No tasks are running: `infra apply` starts the services of the stack.");
    return code;
  }
  console.print(tasks_text(rows, now()));
  for (const auto& line : certificate_lines(recorded_certificates(looked->state), now())) console.note(line);
  for (const auto& line : failed_deployments(looked->state)) console.note(line);
  return code;
}

}  // namespace

void add_ps(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<PsOptions>();
  add_stack(command, options->stack);
  command.add_option("--target", options->run.targets, "Only this service, e.g. service.api; may be repeated")
      ->type_name("ADDRESS")
      ->allow_extra_args(false);
  when_called(command, chosen, options->stack, EnvironmentUse::required, [options] { return run(*options); });
}

}  // namespace infra::cli
