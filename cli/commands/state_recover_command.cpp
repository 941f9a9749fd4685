#include "cli/commands/state_recover_command.h"
#include "cli/shared_options.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/exit_code.h"
#include "cli/terminal/consent.h"
#include "state/files/backup.h"
#include "state/places/open_store.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

struct RecoverOptions {
  StackOptions stack;
  bool yes = false;
};

std::string content(const Snapshot& state) {
  return fmt::format("serial {}, {} resource{}", state.serial.value, state.resources.size(),
                     state.resources.size() == 1 ? "" : "s");
}

std::string source(const Recovery& plan) {
  return plan.from.empty() ? "what can still be read of it" : fmt::format("the copy \"{}\"", plan.from);
}

void describe(const Console& console, const Recovery& plan, const std::string& path) {
  console.note(plan.damage->message);
  for (const auto& copy : plan.skipped) console.note(fmt::format("The copy \"{}\" is damaged, too.", copy));
  console.note(fmt::format("Its place takes {}: {}.", source(plan), content(plan.state)));
  console.note(fmt::format("\"{}\" is kept as \"{}\".", path, plan.kept_as));
}

int report(const Console& console, const Recovery& done) {
  if (console.json()) {
    const nlohmann::ordered_json out = {{"type", "state_recovered"},
                                        {"needed", done.needed},
                                        {"from", done.from},
                                        {"kept_as", done.needed ? done.kept_as : ""},
                                        {"serial", done.state.serial.value},
                                        {"resources", done.state.resources.size()}};
    console.print(out.dump() + "\n");
  } else if (!done.needed) {
    console.print(fmt::format("The state is whole: {}. Nothing to recover.\n", content(done.state)));
  } else {
    console.print(
        fmt::format("Recovered: {}. Look at what differs from the world with: infra plan\n", content(done.state)));
  }
  return kDone;
}

int recover(const RecoverOptions& options) {
  const Console console(options.stack.look);
  const auto path = state_path(options.stack);
  if (is_distant_state(path)) {
    return console.fail({.code = "E0512",
                         .message = fmt::format("the state \"{}\" is on a server, which keeps its own copies",
                                                state_name(options.stack)),
                         .help = "restore the database from its backup (pg_dump, point-in-time recovery)",
                         .context = {}});
  }
  const auto plan = plan_recovery(path);
  if (!plan) return console.fail(plan.error());
  if (!plan->needed) return report(console, *plan);
  describe(console, *plan, path);
  if (!options.yes) {
    if (!may_ask(console)) return console.fail(nobody_to_ask("state recover"));
    if (!consents(console, false)) return kFailed;
  }
  const auto done = recover_state(path);
  return done ? report(console, *done) : console.fail(done.error());
}

}  // namespace

void add_state_recover(CLI::App& state, Chosen& chosen) {
  const auto options = std::make_shared<RecoverOptions>();
  auto& command = *state.add_subcommand("recover", "Bring back a damaged state's last good revision");
  add_folder(command, options->stack.folder);
  add_look(command, options->stack.look);
  add_state(command, options->stack);
  command.add_flag("-y,--yes", options->yes, "Don't ask");
  when_called(command, chosen, options->stack, EnvironmentUse::required, [options] { return recover(*options); });
}

}  // namespace infra::cli
