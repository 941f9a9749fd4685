#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <set>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/live/live_view.h"
#include "cli/live/log_print.h"
#include "cli/shared_options.h"
#include "cli/terminal/signals.h"
#include "live/merged_log.h"

namespace infra::cli {
namespace {

using namespace std::chrono_literals;

struct LogsOptions {
  StackOptions stack;
  std::string address, container, since;
  int tail = -1;
  bool follow = false, timestamps = false;
};

// How late the engines' clocks and connections may be before a line stands behind a later one.
constexpr auto kPatience = 300ms;
constexpr auto kLookForNew = 1s;  // a rollout's new copies are found so soon

class Showing {
 public:
  Showing(const LogsOptions& options, const Console& console, LiveView& view)
      : options_(options),
        console_(console),
        view_(view),
        printer_(console.colour(), console.json(), options.timestamps),
        log_(options.follow ? std::optional<std::chrono::milliseconds>(kPatience) : std::nullopt) {}

  int run() {
    auto first = add_new(true);
    if (!first) return console_.fail(first.error());
    Cancel cancel;
    const SignalGuard guard(cancel, false);
    auto looked = std::chrono::steady_clock::now();
    while (!cancel.draining() && !reader_is_gone()) {
      if (const auto next = log_.next(100ms)) {
        console_.print(printer_.line(sources_[next->source].container, next->line));
        continue;
      }
      flush();
      tell_failures();
      if (!options_.follow && log_.ended()) break;
      if (!options_.follow || std::chrono::steady_clock::now() - looked < kLookForNew) continue;
      if (auto more = add_new(false); !more) console_.complain(more.error().line() + "\n");
      looked = std::chrono::steady_clock::now();
    }
    flush();
    tell_failures();
    if (cancel.draining()) return kInterrupted;
    return failed_ ? kFailed : kDone;
  }

 private:
  static void flush() { static_cast<void>(flush_stdout()); }

  // Without -f what runs and what has ended; those that come later are shown from their beginning. What load balancers
  // write is a line for each request: only who names one wants it.
  Result<Ok> add_new(bool first) {
    auto all = options_.address.empty() ? view_.containers(console_) : view_.with_balancers(console_);
    if (!all) return std::move(all).error();
    bool any = false;
    for (auto& one : *all) {
      if (!means(options_.address, one.container.address)) continue;
      if (!options_.container.empty() && options_.container != one.container.container) continue;
      any = true;
      if (!known_.insert(one.container.id).second) continue;
      printer_.expect(one.container);
      LogQuery query{.follow = options_.follow};
      if (first && since_) query.since = since_;
      if (first && options_.tail >= 0) query.tail = options_.tail;
      sources_.push_back(one);
      log_.add(*one.live, one.container, query);
    }
    if (!any && first) return nothing(*all);
    return Ok{};
  }

  [[nodiscard]] Error nothing(const std::vector<PlacedContainer>& all) const {
    std::set<std::string> labels;
    for (const auto& one : all) {
      if (means(options_.address, one.container.address)) labels.insert(one.container.container);
    }
    if (labels.empty()) return view_.nothing_at(options_.address, all);
    return {.code = "E0704",
            .message = fmt::format("--container `{}` names none of its containers", options_.container),
            .help = fmt::format("it has {}", fmt::join(labels, ", ")),
            .context = {}};
  }

  void tell_failures() {
    for (const auto& [source, error] : log_.take_failures()) {
      failed_ = true;
      console_.complain(fmt::format("{}: {}\n", sources_[source].container.address.text(), error.line()));
    }
  }

 public:
  void begin_at(std::optional<LogTime> since) { since_ = since; }

 private:
  const LogsOptions& options_;
  const Console& console_;
  LiveView& view_;
  LogPrinter printer_;
  std::optional<LogTime> since_;
  std::set<std::string> known_;
  std::vector<PlacedContainer> sources_;
  bool failed_ = false;
  live::MergedLog log_;  // last: its threads end first
};

int run(const LogsOptions& options) {
  const Console console(options.stack.look);
  std::optional<LogTime> since;
  if (!options.since.empty()) {
    const auto given = time_ago(options.since);
    if (!given) return console.fail(given.error());
    since = *given;
  }
  auto opened = open_live(console, options.stack, "logs");
  if (!opened) return console.fail(opened.error());
  auto& view = opened->view;
  Showing showing(options, console, view);
  showing.begin_at(since);
  return showing.run();
}

}  // namespace

void add_logs(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<LogsOptions>();
  command
      .add_option("ADDRESS", options->address,
                  "A service, one of its tasks, a job or a load balancer: service.api, service.api/3")
      ->type_name("");
  add_stack(command, options->stack);
  command.add_flag("-f,--follow", options->follow, "Go on with what is written from now on, through rollouts");
  command.add_option("--since", options->since, "Only what is younger: 10m, 2h")->type_name("DURATION");
  command.add_option("--tail", options->tail, "Only the last lines of each container")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--container", options->container, "Only this container of the tasks")->type_name("NAME");
  command.add_flag("-t,--timestamps", options->timestamps, "Begin each line with its time");
  command.callback([options, &command, &chosen] {
    chosen = [options, &command] {
      // `infra logs shop` means the folder, as with every other command.
      const bool folder = command.get_option("DIR")->count() == 0 && std::filesystem::is_directory(options->address);
      if (folder) options->stack.folder = std::exchange(options->address, {});
      return in_environment(options->stack, EnvironmentUse::required, [&] { return run(*options); });
    };
  });
}

}  // namespace infra::cli
