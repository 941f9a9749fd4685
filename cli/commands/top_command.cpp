#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/live/live_view.h"
#include "cli/live/usage_table.h"
#include "cli/shared_options.h"

namespace infra::cli {
namespace {

struct TopOptions {
  StackOptions stack;
};

int run(const TopOptions& options) {
  const Console console(options.stack.look);
  auto opened = open_live(console, options.stack, "usage");
  if (!opened) return console.fail(opened.error());
  auto& view = opened->view;
  int code = view.errors.empty() ? kDone : kFailed;
  const auto all = view.containers(console);
  if (!all) return console.fail(all.error());
  std::vector<Usage> usage;
  std::vector<ServedRequests> before, after;
  const auto complain = [&](const Error& error) {
    console.complain(error.line() + "\n");
    code = kFailed;
  };
  const auto add = [&](Result<std::vector<ServedRequests>> some, std::vector<ServedRequests>& to) {
    if (!some) return complain(some.error());
    to.insert(to.end(), some->begin(), some->end());
  };
  const auto begun = std::chrono::steady_clock::now();
  for (auto* live : view.all) add(live->requests(), before);
  for (auto* live : view.all) {
    std::vector<LiveContainer> running;
    for (const auto& one : *all) {
      if (one.live == live && one.container.running) running.push_back(one.container);
    }
    auto some = live->usage(running);
    if (!some) {
      complain(some.error());
      continue;
    }
    std::move(some->begin(), some->end(), std::back_inserter(usage));
  }
  // Measuring took a second or more: time enough to count requests in.
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begun;
  for (auto* live : view.all) add(live->requests(), after);
  const auto rows = usage_rows(usage, before, after, passed.count());
  if (console.json()) {
    console.print(usage_json(rows) + "\n");
  } else if (rows.empty() && code == kDone) {
    console.note("No tasks are running: `infra apply` starts the services of the stack.");
  } else if (!rows.empty()) {
    console.print(usage_text(rows));
  }
  return code;
}

}  // namespace

void add_top(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<TopOptions>();
  add_stack(command, options->stack);
  when_called(command, chosen, options->stack, EnvironmentUse::required, [options] { return run(*options); });
}

}  // namespace infra::cli
