#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/hash.h"
#include "base/units.h"
#include "cli/clean_stream.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/lock_holder.h"
#include "cli/open_session.h"
#include "cli/params.h"
#include "cli/signals.h"
#include "gitops/repo_url.h"
#include "gitops/watch.h"
#include "state/sqlite_store.h"

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
  int parallelism = 10;
};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Where programs keep what must survive a restart and is nobody's document.
fs::path state_root() {
  if (const auto root = variable("XDG_STATE_HOME"); !root.empty()) return root;
  if (const auto home = variable("HOME"); !home.empty()) return fs::path(home) / ".local" / "state";
  return "/var/lib";
}

// A folder for each repository, branch and path that is followed, found again by the next start.
Result<std::string> usual_state(const WatchFlags& flags) {
  const auto repo = parse_repo_url(flags.repo);
  if (!repo) return repo.error();
  const auto key = keyed_hash(fmt::format("{}\n{}\n{}", repo->shown, flags.branch, flags.path), "watch");
  return (state_root() / "infra" / fmt::format("{}-{}", repo->name, key.substr(0, 8)) / "state.db").string();
}

Error bad_interval(const std::string& text) {
  return {.code = "E0902",
          .message = fmt::format("--interval {} is not a time", text),
          .help = "write it with its unit: 30s, 5m, 1h",
          .context = {}};
}

StackOptions with_state(StackOptions options, const std::string& state) {
  options.state = state;
  return options;
}

Result<WatchOptions> watch_options(const WatchFlags& flags, const std::string& state) {
  const auto interval = parse_duration(flags.interval);
  if (!interval || interval->ms <= 0) return bad_interval(flags.interval);
  auto params = gather_params(flags.stack, process_environment());
  if (!params) return std::move(params).error();
  const auto parent = fs::path(state).parent_path();
  return WatchOptions{.repo = flags.repo,
                      .branch = flags.branch,
                      .path = flags.path,
                      .pace = {.interval = std::chrono::milliseconds(interval->ms)},
                      .once = flags.once,
                      .home = parent.empty() ? "." : parent.string(),
                      .params = *std::move(params),
                      .parallelism = flags.parallelism,
                      .me = lock_holder("infra watch"),
                      .redactor = flags.stack.look.redactor,
                      .keys = open_keyring(with_state(flags.stack, state))};
}

int exit_code(const WatchEnd& end, bool once) {
  if (!end.succeeded) return kFailed;
  return once && end.interrupted ? kInterrupted : kDone;
}

int run(const WatchFlags& flags) {
  const Console console(flags.stack.look);
  const auto state = flags.stack.state.empty() ? usual_state(flags) : Result<std::string>(flags.stack.state);
  if (!state) return console.fail(state.error());
  const auto options = watch_options(flags, *state);
  if (!options) return console.fail(options.error());
  CleanStream out(std::cout, flags.stack.look.redactor);
  const auto sink = console.json() ? make_watch_json(out) : make_watch_text(out);
  const auto platforms = all_platforms();
  Cancel cancel;
  const SignalGuard guard(cancel, /*announce=*/!console.json());
  const auto end = watch(
      *options, platforms, [&] { return open_sqlite(*state, ""); }, cancel, *sink);
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
  add_look(command, flags->stack.look);
  add_params(command, flags->stack);
  command.add_option("--state", flags->stack.state, "Where the state is kept [below ~/.local/state/infra]")
      ->type_name("PATH");
  add_parallelism(command, flags->parallelism);
  command.callback([flags, &chosen] { chosen = [flags] { return run(*flags); }; });
}

}  // namespace infra::cli
