#include <CLI/CLI.hpp>
#include <algorithm>

#include "apply/look_around.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/open_session.h"
#include "cli/task_table.h"

namespace infra::cli {
namespace {

struct PsOptions {
  StackOptions stack;
  RunOptions run;
};

Moment now() { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

void warn_of_silences(const Console& console, const Observation& observed) {
  for (const auto& silence : observed.silences) {
    console.complain(fmt::format("{} doesn't answer: {}\n", silence.where, silence.error.line()));
  }
}

int run(const PsOptions& options) {
  const Console console(options.stack.look);
  const auto open = open_session(options.stack, options.run);
  if (!open) return console.fail(open.error());
  const auto looked = look_around(*open->session);
  if (!looked) return console.fail(looked.error());
  const auto rows = task_rows(looked->observed, options.run.targets);
  const int code = looked->errors.empty() && looked->observed.silences.empty() ? kDone : kFailed;
  if (console.json()) {
    console.print(tasks_json(rows) + "\n");
    return code;
  }
  for (const auto& error : looked->errors) console.complain(error.line() + "\n");
  warn_of_silences(console, looked->observed);
  if (rows.empty()) {
    console.note("No tasks are running: `infra apply` starts the services of the stack.");
    return code;
  }
  console.print(tasks_text(rows, now()));
  for (const auto& line : failed_deployments(looked->state)) console.note(line);
  return code;
}

}  // namespace

void add_ps(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<PsOptions>();
  add_stack(command, options->stack);
  command.add_option("--target", options->run.targets, "Only these services")->type_name("ADDRESS");
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace infra::cli
