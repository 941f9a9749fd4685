#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/shared_options.h"
#include "cli/shown_revisions.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

struct HistoryOptions {
  StackOptions stack;
  int last = 20;
};

void print_table(const Console& console, const History& history, std::size_t from) {
  std::size_t widest_who = 2;
  std::size_t widest_result = 6;
  for (std::size_t i = from; i < history.revisions.size(); ++i) {
    const auto& r = history.revisions[i];
    widest_who = std::max(widest_who, r.by.user.size() + 1 + r.by.host.size());
    widest_result = std::max(widest_result, result_text(history, r).size());
  }
  console.print(fmt::format("{:>4}  {:<20}  {:<{}}  {:<{}}  CHANGES\n", "REV", "STARTED", "BY", widest_who, "RESULT",
                            widest_result));
  for (std::size_t i = history.revisions.size(); i > from; --i) {
    const auto& r = history.revisions[i - 1];
    const auto commit = r.commit.empty() ? std::string() : fmt::format("  (commit {})", r.commit.substr(0, 7));
    console.print(fmt::format("{:>4}  {:<20}  {:<{}}  {:<{}}  {}{}\n", r.number, r.started, r.by.user + "@" + r.by.host,
                              widest_who, result_text(history, r), widest_result, outline_text(r), commit));
  }
}

int run(const HistoryOptions& options) {
  const Console console(options.stack.look);
  auto store = open_state(options.stack);
  if (!store) return console.fail(store.error());
  const auto history = read_history(**store);
  if (!history) return console.fail(history.error());
  const auto count = history->revisions.size();
  const auto wanted = static_cast<std::size_t>(options.last);
  const auto from = count > wanted ? count - wanted : 0;
  if (console.json()) {
    for (std::size_t i = count; i > from; --i) console.print(revision_json(*history, history->revisions[i - 1]) + "\n");
    return kDone;
  }
  if (count == 0) {
    console.note("Nothing was applied yet.");
    return kDone;
  }
  print_table(console, *history, from);
  if (from > 0) console.note(fmt::format("… and {} older: --last {}", from, count));
  return kDone;
}

}  // namespace

void add_history(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<HistoryOptions>();
  add_folder(command, options->stack.folder);
  add_look(command, options->stack.look);
  add_state(command, options->stack);
  command.add_option("--last", options->last, "How many [20]")->type_name("N")->check(CLI::Range(1, 1000000));
  when_called(command, chosen, options->stack, EnvironmentUse::required, [options] { return run(*options); });
}

}  // namespace infra::cli
