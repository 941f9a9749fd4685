#include "cli/plan_views/preview.h"

#include <CLI/CLI.hpp>

#include "cli/exit_code.h"
#include "cli/fallbacks.h"
#include "cli/plan_views/plan_markdown.h"
#include "cli/plan_views/saved_plan.h"
#include "cli/plan_views/show_plan.h"
#include "cli/terminal/console.h"
#include "cli/terminal/report.h"

namespace infra::cli {

void add_preview(CLI::App& command, PreviewOptions& options) {
  command.add_option("--out", options.out, "Save the plan, for `infra apply FILE`")->type_name("FILE");
  command.add_flag("--markdown", options.markdown, "Print the plan as a comment for a pull request");
  command.add_flag("--detailed-exitcode", options.detailed_exitcode,
                   "Exit with 0 if there is nothing to do, 2 if there is, 1 on an error");
}

int preview(const Console& console, OpenSession& open, const StackOptions& stack, const RunOptions& run,
            const PreviewOptions& options) {
  if (options.markdown && console.json()) {
    return console.fail({.code = "E0902",
                         .message = "--markdown and --json exclude each other",
                         .help = "leave out one of them",
                         .context = {}});
  }
  auto& session = *open.session;
  const bool goes_back = options.revision != 0;  // with the params of that revision
  const auto last = goes_back ? Result<LastParams>(LastParams()) : recall_params(session, options.destroy);
  if (!last) return console.fail(last.error());
  const auto request = plan_request(run, options.destroy);
  const auto prepared = prepare(session, request, false);
  if (!report(console, prepared)) return kFailed;
  const auto header = plan_header(session, prepared, state_name(stack));
  if (options.markdown) {
    console.print(plan_markdown(header, prepared));
  } else {
    show_plan(console, header, prepared, run);
  }
  show_fallbacks(console, *last, session, prepared);
  if (!options.out.empty()) {
    const auto saved = save_plan(options.out, stack, session, request, prepared, options.revision);
    if (!saved) return console.fail(saved.error());
    console.note(
        fmt::format("\nSaved. `infra apply {}` does exactly this, or refuses if anything has changed.", options.out));
    if (!prepared.plan.later.empty()) console.note("It holds stage 1 only: plan again once that is applied.");
  }
  return options.detailed_exitcode && !(prepared.plan.empty() && prepared.plan.later.empty()) ? kChanges : kDone;
}

}  // namespace infra::cli
