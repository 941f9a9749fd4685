// `infra volume`: named volumes of a stack, where they lie.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "apply/prepare/world_view.h"
#include "cli/backup_bucket.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/fallbacks.h"
#include "cli/lock_holder.h"
#include "cli/shared_options.h"
#include "cli/terminal/consent.h"
#include "cli/terminal/signals.h"
#include "cli/terminal/size_text.h"
#include "cli/wait_for_lease.h"
#include "live/backup_file.h"
#include "providers/volumes.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

struct VolumeOptions {
  StackOptions stack;
  RunOptions run;
  std::string name, node, to, from;
  std::size_t keep = 0;  // 0: all
  bool stop = false, yes = false;
};

// A stack's volumes, on the platforms that it is recorded on.
struct VolumeView {
  OpenSession opened;
  std::unique_ptr<StateLock> lock;  // while its users are stopped no run may take them for broken
  Providers providers;
  struct Row {
    Volumes* of;
    NamedVolume volume;
    std::string platform;
  };
  std::vector<Row> rows;
  bool all_answer = true;
};

Result<VolumeView> look_at_volumes(const Console& console, const VolumeOptions& options) {
  if (auto there = check_state(options.stack); !there) return std::move(there).error();
  auto opened = open_session(options.stack, {});
  if (!opened) return std::move(opened).error();
  VolumeView out;
  if (options.stop) {
    auto lock = take_lease(*opened->store, lock_holder("infra volume"), {}, lease_wish(console, options.run), Cancel());
    if (!lock) return std::move(lock).error();
    out.lock = *std::move(lock);
  }
  auto state = opened->store->load();
  if (!state) return std::move(state).error();
  const Ownership owner{.stack = state->stack, .lineage = state->lineage};
  std::vector<Error> errors;
  if (state->platforms.empty()) {  // what a destroyed stack has left lies on the platforms that its files declare
    if (const auto last = recall_params(*opened->session, true); !last) return last.error();
    auto prepared = prepare(*opened->session, {}, false);
    out.providers = std::move(prepared.providers);
    errors = std::move(prepared.errors);
  } else {
    out.providers = open_providers(*opened->session, {}, *state, owner, errors);
  }
  for (const auto& [name, provider] : out.providers) {
    auto* volumes = volumes_of(*provider);
    if (volumes == nullptr) continue;
    auto listed = volumes->volumes();
    if (!listed) return std::move(listed).error();
    for (auto& volume : listed->volumes) out.rows.push_back({volumes, std::move(volume), name});
    for (auto& [where, error] : listed->unreachable) errors.push_back(std::move(error).during("looking at " + where));
  }
  for (const auto& error : errors) console.complain(error.line() + "\n");
  out.all_answer = errors.empty();
  out.opened = *std::move(opened);
  return out;
}

Result<VolumeView::Row> find_volume(const VolumeView& view, const VolumeOptions& options) {
  std::vector<const VolumeView::Row*> found;
  std::set<std::string> names;
  for (const auto& row : view.rows) {
    names.insert(row.volume.name);
    if (row.volume.name == options.name && (options.node.empty() || options.node == row.volume.node)) {
      found.push_back(&row);
    }
  }
  if (found.size() == 1) return *found.front();
  if (found.empty()) {
    return Error{.code = "E0617",
                 .message = fmt::format("this stack has no volume `{}`{}", options.name,
                                        options.node.empty() ? "" : " on node " + options.node),
                 .help = names.empty() ? "a task's volume with a `name` is made with its first task"
                                       : fmt::format("it has {}", fmt::join(names, ", ")),
                 .context = {}};
  }
  return Error{.code = "E0617",
               .message = fmt::format("volume `{}` is on several nodes", options.name),
               .help = fmt::format("say which: --node {}", found.front()->volume.node),
               .context = {}};
}

std::string volume_users(const NamedVolume& volume) {
  if (volume.half_restored) return "half restored";
  return volume.users.empty() ? "-" : fmt::format("{}", fmt::join(volume.users, ", "));
}

int list_volumes(const VolumeOptions& options, const Console& console) {
  const auto view = look_at_volumes(console, options);
  if (!view) return console.fail(view.error());
  if (console.json()) {
    auto out = nlohmann::json::array();
    for (const auto& row : view->rows) {
      out.push_back({{"name", row.volume.name},
                     {"platform", row.platform},
                     {"node", row.volume.node},
                     {"created", row.volume.created},
                     {"used_by", row.volume.users},
                     {"half_restored", row.volume.half_restored}});
    }
    console.print(out.dump(2) + "\n");
  } else if (view->rows.empty()) {
    console.note("This stack has no named volumes.");
  } else {
    std::size_t widest = 6, node = 4;
    for (const auto& row : view->rows) {
      widest = std::max(widest, row.volume.name.size());
      node = std::max(node, row.volume.node.size());
    }
    console.print(fmt::format("{:{}}  {:{}}  {:20}  USED BY\n", "VOLUME", widest, "NODE", node, "CREATED"));
    for (const auto& row : view->rows) {
      console.print(fmt::format("{:{}}  {:{}}  {:20}  {}\n", row.volume.name, widest, row.volume.node, node,
                                row.volume.created.substr(0, 20), volume_users(row.volume)));
    }
  }
  return view->all_answer ? kDone : kFailed;
}

// Stopped while `work` goes on, and started again whatever came of it.
Result<Ok> with_users_stopped(const VolumeView::Row& row, bool stop, const std::function<Result<Ok>()>& work) {
  if (!stop || row.volume.users.empty()) return work();
  auto stopped = row.of->stop_users(row.volume);
  auto done = stopped ? work() : std::move(stopped);
  auto started = row.of->start_users(row.volume);
  if (!done) return done;
  return started;
}

using Fill = std::function<Result<Ok>(const Volumes::Take& take)>;

// Whole on this machine first: what uses the volume isn't stopped for as long as an upload takes.
int back_up_to_bucket(const VolumeOptions& options, const Console& console, const VolumeView::Row& row,
                      const Fill& fill, const Cancel& cancel) {
  auto bucket = BackupBucket::open(options.to);
  if (!bucket) return console.fail(bucket.error());
  const auto folder = PassingFolder::make();
  if (!folder) return console.fail(folder.error());
  const auto name = backup_name(options.name, std::chrono::system_clock::now());
  const auto path = folder->path() + "/" + name;
  auto done = with_users_stopped(row, options.stop, [&] { return write_backup(path, fill); });
  if (done) done = bucket->put(path, name, cancel);
  if (!done) return console.fail(done.error());
  std::error_code trouble;
  console.print(fmt::format("{} ({})\n", bucket->place_of(name), size_text(std::filesystem::file_size(path, trouble))));
  if (options.keep == 0) return kDone;
  const auto gone = bucket->remove_old(options.name, options.keep, cancel);
  if (!gone) return console.fail(gone.error());
  for (const auto& old : *gone) console.note("removed " + old);
  return kDone;
}

int back_up_volume(const VolumeOptions& options, const Console& console) {
  const auto view = look_at_volumes(console, options);
  if (!view) return console.fail(view.error());
  const auto row = find_volume(*view, options);
  if (!row) return console.fail(row.error());
  if (row->volume.half_restored) {
    return console.fail(
        {.code = "E0617",
         .message = fmt::format("volume `{}` is half restored: there is nothing whole to keep", options.name),
         .help = fmt::format("infra volume restore {} FILE first", options.name),
         .context = {}});
  }
  Cancel cancel;
  const SignalGuard guard(cancel, /*announce=*/true);
  const auto fill = [&](const Volumes::Take& take) -> Result<Ok> {
    auto done = row->of->copy_out(
        row->volume, [&](std::string_view piece) { return !cancel.draining() && take(piece); }, cancel);
    if (!cancel.draining()) return done;
    return Error{.code = "E0703", .message = "stopped: no backup was kept"};
  };
  if (options.to == "-" && ::isatty(STDOUT_FILENO) != 0) {
    return console.fail({.code = "E0907",
                         .message = "a backup is nothing for a terminal",
                         .help = "redirect it: infra volume backup NAME --to - > FILE",
                         .context = {}});
  }
  if (options.to == "-") {
    auto done = with_users_stopped(*row, options.stop, [&] { return write_backup_to(STDOUT_FILENO, fill); });
    return done ? kDone : console.fail(done.error());
  }
  if (is_bucket(options.to)) return back_up_to_bucket(options, console, *row, fill, cancel);
  std::error_code trouble;
  std::filesystem::create_directories(options.to, trouble);
  const auto path = options.to + "/" + backup_name(options.name, std::chrono::system_clock::now());
  auto done = with_users_stopped(*row, options.stop, [&] { return write_backup(path, fill); });
  if (!done) return console.fail(done.error());
  console.print(fmt::format("{} ({})\n", path, size_text(std::filesystem::file_size(path, trouble))));
  if (options.keep == 0) return kDone;
  const auto gone = remove_old_backups(options.to, options.name, options.keep);
  if (!gone) return console.fail(gone.error());
  for (const auto& name : *gone) console.note("removed " + name);
  return kDone;
}

bool agreed_to_lose(const VolumeOptions& options, const Console& console, const std::string& what, int& code) {
  if (options.yes) return true;
  if (!may_ask(console)) {
    code = console.fail({.code = "E0901",
                         .message = "confirmation is needed, but there is no terminal: use -y",
                         .help = what,
                         .context = {}});
    return false;
  }
  console.print(what + "\n");
  code = kFailed;
  return consents(console, true);
}

Error volume_in_use(const NamedVolume& volume, const std::string& help) {
  return {.code = "E0617",
          .message = fmt::format("volume `{}` is in use by {}", volume.name, fmt::join(volume.users, ", ")),
          .help = help,
          .context = {}};
}

constexpr const char* kFetched = "fetched.tar.gz";

// A bucket's backup lies in the folder under that name.
Result<std::optional<PassingFolder>> fetched_backup(const std::string& place) {
  auto bucket = BackupBucket::open(place);
  if (!bucket) return std::move(bucket).error();
  auto folder = PassingFolder::make();
  if (!folder) return std::move(folder).error();
  Cancel cancel;
  const SignalGuard guard(cancel, /*announce=*/true);
  auto got = bucket->get(folder->path() + "/" + kFetched, cancel);
  if (!got) return std::move(got).error();
  return std::optional<PassingFolder>(*std::move(folder));
}

int restore_volume(const VolumeOptions& options, const Console& console) {
  const auto view = look_at_volumes(console, options);
  if (!view) return console.fail(view.error());
  const auto row = find_volume(*view, options);
  if (!row) return console.fail(row.error());
  if (!row->volume.users.empty() && !options.stop) {
    return console.fail(volume_in_use(row->volume, "--stop stops them first and starts them again afterwards"));
  }
  const auto passing = is_bucket(options.from) ? fetched_backup(options.from)
                                               : Result<std::optional<PassingFolder>>(std::optional<PassingFolder>());
  if (!passing) return console.fail(passing.error());
  const auto from = *passing ? (*passing)->path() + "/" + kFetched : options.from;
  if (auto whole = check_backup(from, options.from); !whole) return console.fail(whole.error());
  int code = kFailed;
  const auto what = fmt::format("All that is in volume {} on node {} is replaced by {}.", row->volume.name,
                                row->volume.node, options.from);
  if (!agreed_to_lose(options, console, what, code)) return code;
  Cancel cancel;
  const SignalGuard guard(cancel, /*announce=*/true);  // a volume is restored to its end, or not begun
  auto done = with_users_stopped(*row, options.stop, [&] {
    return read_backup(from, [&](const Volumes::Give& give) { return row->of->copy_in(row->volume, give, cancel); });
  });
  if (!done) return console.fail(done.error());
  console.print(fmt::format("Volume {} on node {} is as {}.\n", row->volume.name, row->volume.node, options.from));
  return kDone;
}

int remove_volume(const VolumeOptions& options, const Console& console) {
  const auto view = look_at_volumes(console, options);
  if (!view) return console.fail(view.error());
  const auto row = find_volume(*view, options);
  if (!row) return console.fail(row.error());
  if (!row->volume.users.empty()) {
    return console.fail(volume_in_use(row->volume, "take it out of the stack and apply, or destroy the stack, first"));
  }
  int code = kFailed;
  const auto what =
      fmt::format("Volume {} on node {} and all that is in it is lost.", row->volume.name, row->volume.node);
  if (!agreed_to_lose(options, console, what, code)) return code;
  if (auto gone = row->of->remove(row->volume); !gone) return console.fail(gone.error());
  console.print(fmt::format("Volume {} is removed from node {}.\n", row->volume.name, row->volume.node));
  return kDone;
}

struct VolumeVerb {
  const char* name;
  const char* line;
  int (*run)(const VolumeOptions&, const Console&);
};
constexpr VolumeVerb kVolumeVerbs[] = {
    {"ls", "List them: on which node, used by what", list_volumes},
    {"backup", "Copy all that is in one into a folder or a bucket, as a tar in gzip", back_up_volume},
    {"restore", "Put a copy in the place of all that is in one", restore_volume},
    {"rm", "Remove one that no task uses, with all that is in it", remove_volume},
};

}  // namespace

void add_volume(CLI::App& command, Chosen& chosen) {
  command.require_subcommand(1);
  for (const auto& verb : kVolumeVerbs) {
    const auto options = std::make_shared<VolumeOptions>();
    auto& sub = *command.add_subcommand(verb.name, verb.line);
    if (verb.run != list_volumes) {
      sub.add_option("NAME", options->name, "Its `name` in the task")->type_name("")->required();
      sub.add_option("--node", options->node, "On which node, if several have it")->type_name("NODE");
    }
    if (verb.run == back_up_volume) {
      sub.add_option("--to", options->to, "A folder, s3://BUCKET/PREFIX, or - for the standard output")
          ->type_name("PLACE")
          ->required();
      sub.add_option("--keep", options->keep, "Keep so many of it there, and remove older ones")
          ->type_name("N")
          ->check(CLI::PositiveNumber);
    }
    if (verb.run == restore_volume)
      sub.add_option("FILE", options->from, "A backup: a file, or s3://BUCKET/KEY")->type_name("")->required();
    if (verb.run == back_up_volume || verb.run == restore_volume) {
      sub.add_flag("--stop", options->stop, "Stop what uses it meanwhile, and start it again");
      add_lock_timeout(sub, options->run);
    }
    if (verb.run == restore_volume || verb.run == remove_volume) sub.add_flag("-y,--yes", options->yes, "Don't ask");
    add_dir(sub, options->stack.folder);
    add_look(sub, options->stack.look);
    add_state(sub, options->stack);
    const auto run = verb.run;
    when_called(sub, chosen, options->stack, EnvironmentUse::required,
                [options, run] { return run(*options, Console(options->stack.look)); });
  }
}

}  // namespace infra::cli
