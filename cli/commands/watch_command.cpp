#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/text/units.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/lock_holder.h"
#include "cli/shared_options.h"
#include "cli/terminal/clean_stream.h"
#include "cli/terminal/signals.h"
#include "git/repo_url.h"
#include "state/places/open_store.h"
#include "watch/metrics.h"
#include "watch/metrics_server.h"
#include "watch/watch.h"
#include "workspace/environment.h"
#include "workspace/open_session.h"
#include "workspace/params.h"
#include "workspace/watched.h"

namespace infra::cli {
namespace {

namespace fs = std::filesystem;

struct WatchFlags {
  StackOptions stack;  // without a folder: the files come from the repository
  std::string repo;
  std::string branch = "main";
  std::string path;
  std::string interval = "30s";
  bool once = false;
  bool allow_forced_pushes = false;
  std::string metrics;  // an address; empty: none are served
  int max_destroy = DestroyLimit().percent;
  int parallelism = 10;
};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string environment_of(const WatchFlags& flags) {
  return flags.stack.env.empty() ? variable("INFRA_ENV") : flags.stack.env;
}

// A folder for each repository, branch, path and environment that is followed, found again by the next start.
Result<fs::path> usual_home(const WatchFlags& flags) {
  const auto repo = parse_repo_url(flags.repo);
  if (!repo) return repo.error();
  const WatchedStack stack{.repo = repository_identity(*repo),
                           .branch = flags.branch,
                           .path = flags.path,
                           .environment = environment_of(flags)};
  auto home = watch_home(stack, repo->name);
  if (auto noted = note_watched(home, stack); !noted) return std::move(noted).error();
  return home;
}

struct Place {
  std::string state;  // a path, or a server's address
  fs::path home;
};
Result<Place> place_of(const WatchFlags& flags) {
  const auto given = flags.stack.state.empty() ? variable("INFRA_STATE") : flags.stack.state;
  if (!given.empty() && !is_distant_state(given)) {
    const auto parent = fs::path(given).parent_path();
    return Place{given, parent.empty() ? fs::path(".") : parent};
  }
  auto home = usual_home(flags);
  if (!home) return std::move(home).error();
  return Place{given.empty() ? (*home / "state.db").string() : given, *std::move(home)};
}

Error bad_interval(const std::string& text) {
  return {.code = "E0902",
          .message = fmt::format("--interval {} is not a time", text),
          .help = "write it with its unit: 30s, 5m, 1h",
          .context = {}};
}

// The keys are beside the state, or in the private folder of a distant one.
StackOptions at_place(StackOptions options, const Place& place) {
  options.state = is_distant_state(place.state) ? (place.home / "state.db").string() : place.state;
  return options;
}

// Each commit's own.
EnterEnvironment enter(const WatchFlags& flags, const Place& place) {
  return [name = environment_of(flags), state = place.state](const SourceTree& files) -> Result<PassEnvironment> {
    auto entered = enter_environment(files, name, state);
    if (!entered) return std::move(entered).error();
    return PassEnvironment{.chosen = std::move(entered->chosen), .params = std::move(entered->params)};
  };
}

Result<WatchOptions> watch_options(const WatchFlags& flags, const Place& place) {
  const auto interval = parse_duration(flags.interval);
  if (!interval || interval->ms <= 0) return bad_interval(flags.interval);
  auto params = gather_params(flags.stack, process_environment());
  if (!params) return std::move(params).error();
  return WatchOptions{.repo = flags.repo,
                      .branch = flags.branch,
                      .path = flags.path,
                      .pace = {.interval = std::chrono::milliseconds(interval->ms)},
                      .once = flags.once,
                      .home = place.home.string(),
                      .params = *std::move(params),
                      .enter = enter(flags, place),
                      .parallelism = flags.parallelism,
                      .me = lock_holder("infra watch"),
                      .most_destroyed = {.percent = flags.max_destroy},
                      .facts = !flags.metrics.empty(),
                      .allow_forced_pushes = flags.allow_forced_pushes,
                      .redactor = flags.stack.look.redactor,
                      .keys = open_keyring(at_place(flags.stack, place))};
}

int exit_code(const WatchEnd& end, bool once) {
  if (!end.succeeded) return kFailed;
  return once && end.interrupted ? kInterrupted : kDone;
}

// Not before the address is known to be free is anything followed.
Result<std::optional<MetricsServer>> serve_metrics(const WatchFlags& flags, const WatchMetrics& metrics) {
  if (flags.metrics.empty()) return std::optional<MetricsServer>();
  auto server = MetricsServer::open(
      flags.metrics, [&metrics, redactor = flags.stack.look.redactor] { return redactor->clean(metrics.text()); });
  if (!server) return std::move(server).error();
  return std::optional<MetricsServer>(*std::move(server));
}

int run(const WatchFlags& flags) {
  const Console console(flags.stack.look);
  const auto place = place_of(flags);
  if (!place) return console.fail(place.error());
  const auto options = watch_options(flags, *place);
  if (!options) return console.fail(options.error());
  CleanStream out(stdout, console.json(), flags.stack.look.redactor);
  const auto sink = console.json() ? make_watch_json(out) : make_watch_text(out);
  WatchMetrics metrics(*sink);
  const auto served = serve_metrics(flags, metrics);
  if (!served) return console.fail(served.error());
  if (*served) sink->on(PassNote{fmt::format("metrics: http://{}/metrics", (*served)->address())});
  const auto platforms = all_platforms();
  Cancel cancel;
  const SignalGuard guard(cancel, /*announce=*/!console.json());
  outlive_reader(/*drain=*/true);
  const auto end = watch(
      *options, platforms, [&] { return open_store(place->state, "", place->home.string()); }, cancel, metrics);
  return end ? exit_code(*end, flags.once) : console.fail(end.error());
}

}  // namespace

void add_watch(CLI::App& command, Chosen& chosen) {
  const auto flags = std::make_shared<WatchFlags>();
  command.add_option("REPO", flags->repo, "file://, https://, ssh:// or a folder")->type_name("")->required();
  command.add_option("--branch", flags->branch, "The branch to follow [main]")->type_name("NAME");
  command.add_option("--path", flags->path, "The stack's folder in the repository [its root]")->type_name("DIR");
  command.add_option("--interval", flags->interval, "Time between two looks at the branch and the world [30s]")
      ->type_name("TIME");
  command.add_flag("--once", flags->once, "One look, then exit");
  command.add_option("--metrics", flags->metrics, "Serve metrics for Prometheus there, e.g. 127.0.0.1:9464")
      ->type_name("ADDRESS");
  command.add_flag("--allow-forced-pushes", flags->allow_forced_pushes,
                   "Follow the branch where it was forced elsewhere or set back [refused until `infra allow`]");
  command
      .add_option("--max-destroy", flags->max_destroy,
                  "Refuse a commit that destroys more of the stack, until `infra allow`; 100: never [25]")
      ->type_name("PERCENT")
      ->check(CLI::Range(0, 100));
  add_look(command, flags->stack.look);
  add_params(command, flags->stack);
  command.add_option("--state", flags->stack.state, "Where the state is kept [below ~/.local/state/infra]")
      ->type_name("PATH");
  add_parallelism(command, flags->parallelism);
  command.callback([flags, &chosen] { chosen = [flags] { return run(*flags); }; });
}

}  // namespace infra::cli
