#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <future>
#include <mutex>
#include <thread>

#include "base/values/codec.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/live/live_view.h"
#include "cli/live/log_print.h"
#include "cli/shared_options.h"
#include "cli/terminal/signals.h"

namespace infra::cli {
namespace {

struct EventsOptions {
  StackOptions stack;
  std::string address, since = "1h";
  bool follow = false;
};

std::string text_of(const LiveEvent& event, bool json) {
  if (json) {
    return fmt::format(R"({{"time":{},"address":{},"container":{},"node":{},"what":{}}})",
                       json_quote(time_text(event.at)), json_quote(event.address.text()), json_quote(event.container),
                       json_quote(event.node), json_quote(event.what)) +
           "\n";
  }
  auto where = event.address.text();
  if (!event.container.empty()) where += " " + event.container;
  if (!event.node.empty()) where += " on " + event.node;
  return fmt::format("{}  {}  {}\n", time_text(event.at), where, event.what);
}

// All platforms at once; what each tells is in order, and all of it is in order where it has an end.
int show(const EventsOptions& options, const Console& console, LiveView& view, const EventQuery& query) {
  std::mutex mutex;
  std::vector<LiveEvent> past;
  bool failed = false;
  Cancel cancel;
  const SignalGuard guard(cancel, false);
  const auto take = [&](LiveEvent event) {
    const std::lock_guard lock(mutex);
    if (!means(options.address, event.address)) return true;
    if (!options.follow) {
      past.push_back(std::move(event));
      return true;
    }
    console.print(text_of(event, console.json()));
    static_cast<void>(flush_stdout());
    return !reader_is_gone();
  };
  Cancel stop;  // a first Ctrl-C ends a transfer that would go on for ever
  std::atomic<bool> over = false;
  std::thread watch([&] {
    while (!over && !cancel.draining()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    if (!over) stop.set(Cancel::abort);
  });
  std::vector<std::future<Result<Ok>>> platforms;
  for (auto* live : view.all) {
    platforms.push_back(std::async(std::launch::async, [&, live] { return live->events(query, take, stop); }));
  }
  for (auto& platform : platforms) {
    auto told = platform.get();
    if (told) continue;
    failed = true;
    console.complain(told.error().line() + "\n");
  }
  over = true;
  watch.join();
  std::ranges::stable_sort(past, {}, &LiveEvent::at);
  for (const auto& event : past) console.print(text_of(event, console.json()));
  if (cancel.draining()) return kInterrupted;
  return failed ? kFailed : kDone;
}

int run(const EventsOptions& options) {
  const Console console(options.stack.look);
  const auto since = time_ago(options.since);
  if (!since) return console.fail(since.error());
  auto opened = open_live(console, options.stack, "events");
  if (!opened) return console.fail(opened.error());
  auto& view = opened->view;
  if (!options.address.empty()) {
    const auto all = view.containers(console);
    if (!all) return console.fail(all.error());
    const bool known =
        std::ranges::any_of(*all, [&](auto& one) { return means(options.address, one.container.address); }) ||
        std::ranges::any_of(view.state.resources, [&](auto& row) { return means(options.address, row.address); });
    if (!known) return console.fail(view.nothing_at(options.address, *all));
  }
  EventQuery query{.since = *since};
  if (!options.follow) query.until = log_now();
  return show(options, console, view, query);
}

}  // namespace

void add_events(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<EventsOptions>();
  command.add_option("ADDRESS", options->address, "Only of this service, task or job: service.api, service.api/3")
      ->type_name("");
  add_stack(command, options->stack);
  command.add_flag("-f,--follow", options->follow, "Go on with what happens from now on");
  command.add_option("--since", options->since, "How far back: 10m, 2h")->type_name("DURATION")->capture_default_str();
  command.callback([options, &command, &chosen] {
    chosen = [options, &command] {
      const bool folder = command.get_option("DIR")->count() == 0 && std::filesystem::is_directory(options->address);
      if (folder) options->stack.folder = std::exchange(options->address, {});
      return in_environment(options->stack, EnvironmentUse::required, [&] { return run(*options); });
    };
  });
}

}  // namespace infra::cli
