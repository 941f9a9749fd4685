#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/open_session.h"
#include "cli/report.h"
#include "cli/saved_plan.h"
#include "cli/show_plan.h"

namespace infra::cli {
namespace {

struct PlanOptions {
  StackOptions stack;
  RunOptions run;
  std::string out;
  bool destroy = false;
  bool detailed_exitcode = false;
};

int run(const PlanOptions& options) {
  const Console console(options.stack.look);
  if (auto wrong = contradiction(options.run, options.destroy)) return console.fail(*wrong);
  const auto open = open_session(options.stack, options.run);
  if (!open) return console.fail(open.error());
  const auto request = plan_request(options.run, options.destroy);
  const auto prepared = prepare(*open->session, request, false);
  if (!report(console, prepared)) return kFailed;
  show_plan(console, prepared, options.run);
  if (!options.out.empty()) {
    const auto saved = save_plan(options.out, options.stack, *open->session, request, prepared);
    if (!saved) return console.fail(saved.error());
    console.note(
        fmt::format("\nSaved; `infra apply {}` does exactly this, or refuses if anything has moved.", options.out));
    if (!prepared.plan.later.empty()) console.note("It holds stage 1 only: plan again once that is applied.");
  }
  return options.detailed_exitcode && !(prepared.plan.empty() && prepared.plan.later.empty()) ? kChanges : kDone;
}

}  // namespace

void add_plan(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<PlanOptions>();
  add_stack(command, options->stack);
  add_targets(command, options->run);
  add_plan_options(command, options->run);
  add_detail(command, options->run);
  command.add_option("--out", options->out, "Save the plan, for `infra apply FILE`")->type_name("FILE");
  command.add_flag("--destroy", options->destroy, "What `infra destroy` would do");
  command.add_flag("--detailed-exitcode", options->detailed_exitcode,
                   "Exit with 0 if there is nothing to do, 2 if there is, 1 on an error");
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace infra::cli
