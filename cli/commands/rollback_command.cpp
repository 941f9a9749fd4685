#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "apply/recording_tree.h"
#include "cli/change.h"
#include "cli/commands.h"
#include "cli/plan_views/preview.h"
#include "cli/positional.h"
#include "cli/rollback.h"
#include "cli/shown_revisions.h"
#include "cli/terminal/console.h"
#include "providers/engine/build_context.h"
#include "workspace/open_session.h"
#include "workspace/stack_folder.h"

namespace infra::cli {
namespace {

struct RollbackOptions {
  ChangeOptions change;
  std::vector<std::string> words;  // [REV] [DIR]
  bool plan = false;
  PreviewOptions preview;
};

// The last one before the present that went well.
Result<Revision> previous(const History& history) {
  const auto& all = history.revisions;
  for (std::size_t i = all.size(); i > 1; --i) {
    if (all[i - 2].result == Revision::Result::succeeded) return all[i - 2];
  }
  return Error{.code = "E0509",
               .message = "there is no earlier revision that succeeded",
               .help = all.empty() ? "nothing was applied yet" : "`infra history` shows what there is"};
}

// As they were given then, unless the command line says otherwise. Secrets are never recorded: they come from where
// they come from now.
void take_params(const Revision& revision, std::map<std::string, ParamValue>& params) {
  const auto recorded = nlohmann::json::parse(revision.params, nullptr, false);
  std::map<std::string, ParamValue> out;
  for (const auto& [name, value] : recorded.items()) {
    if (value.is_string()) {
      out[name] = {.text = value.get<std::string>(), .origin = fmt::format("revision {}", revision.number)};
    } else if (const auto now = params.find(name); now != params.end()) {
      out[name] = now->second;
    }
  }
  for (const auto& [name, value] : params) {
    if (value.origin.starts_with("--set")) out[name] = value;
  }
  params = std::move(out);
}

// The environment becomes part of the name again.
std::string without_environment(std::string stack, const std::string& environment) {
  const auto ending = "-" + environment;
  if (!environment.empty() && stack.ends_with(ending)) stack.resize(stack.size() - ending.size());
  return stack;
}

// Returns the revision's number.
Result<std::uint64_t> reroute(OpenSession& open, std::optional<std::uint64_t> number) {
  auto history = read_history(*open.store);
  if (!history) return std::move(history).error();
  auto revision = number ? find_revision(*history, *number) : previous(*history);
  if (!revision) return std::move(revision).error();
  auto texts = open.store->sources_of(revision->number);
  if (!texts) return std::move(texts).error();
  auto& session = *open.session;
  session.default_stack = without_environment(revision->stack, session.environment.name);
  session.keep_protection = true;
  session.commit = revision->commit;
  session.me.command = fmt::format("infra rollback {}", revision->number);
  take_params(*revision, session.params);
  use_files(open, std::make_unique<RestoredTree>(revision->sources, *std::move(texts),
                                                 fmt::format("revision {}", revision->number), std::move(open.tree)));
  return revision->number;
}

// What has to be built must be at hand: history keeps no more than the hashes of build contexts.
Result<Ok> check_contexts(const Session& session, const Plan& plan) {
  const auto& files = session.sources.get();
  for (const auto& step : plan.steps) {
    const auto& change = plan.changes[step.change];
    const auto* context = change.after["context"].string();
    const auto* dockerfile = change.after["dockerfile"].string();
    if (step.kind != Step::create || change.type != "image" || context == nullptr || dockerfile == nullptr) continue;
    auto parts = engine::build_context(files, *context, *dockerfile);
    if (!parts) return std::move(parts).error();
    for (const auto& part : *parts) {
      auto open = files.open(part.entry.path);
      if (!open)
        return std::move(open).take_error(fmt::format("going back to an earlier {}", change.address.owner().text()));
    }
  }
  return Ok{};
}

int show_only(const RollbackOptions& options, std::optional<std::uint64_t> number) {
  const Console console(options.change.stack.look);
  auto open = open_session(options.change.stack, options.change.run);
  if (!open) return console.fail(open.error());
  const auto revision = reroute(*open, number);
  if (!revision) return console.fail(revision.error());
  auto preview_options = options.preview;
  preview_options.revision = *revision;
  return preview(console, *open, options.change.stack, options.change.run, preview_options);
}

// --out and its like are for --plan.
std::optional<Error> misplaced(const RollbackOptions& options) {
  const auto& given = options.preview;
  if (options.plan || (given.out.empty() && !given.markdown && !given.detailed_exitcode)) return std::nullopt;
  return Error{.code = "E0902",
               .message = "--out, --markdown and --detailed-exitcode are about a plan",
               .help = "add --plan",
               .context = {}};
}

}  // namespace

Result<Ok> go_back(OpenSession& open, std::optional<std::uint64_t> number) {
  auto done = reroute(open, number);
  if (!done) return std::move(done).error();
  return Ok{};
}

namespace {

int run(RollbackOptions options) {
  const auto words = revision_words(options.words, 1);
  if (!words) return Console(options.change.stack.look).fail(words.error());
  options.change.stack.folder = words->folder.value_or(nearest_stack());
  std::optional<std::uint64_t> number;
  if (!words->revisions.empty()) number = words->revisions.front();
  if (auto wrong = misplaced(options)) return Console(options.change.stack.look).fail(*wrong);
  return in_environment(options.change.stack, EnvironmentUse::required, [&] {
    if (options.plan) return show_only(options, number);
    options.change.check = check_contexts;
    return run_change_of(options.change, [number](OpenSession& open) { return go_back(open, number); });
  });
}

}  // namespace

void add_rollback(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<RollbackOptions>();
  auto& change = options->change;
  change.command = "rollback";
  command
      .add_option("WORDS", options->words,
                  "The revision to go back to [the last good one before the present]; the folder")
      ->type_name("[REV] [DIR]")
      ->expected(0, 2);
  add_look(command, change.stack.look);
  add_params(command, change.stack);
  add_state(command, change.stack);
  add_detail(command, change.run);
  add_parallelism(command, change.run.parallelism);
  add_lock_timeout(command, change.run);
  command.add_flag("--plan", options->plan, "Only show what would change");
  add_preview(command, options->preview);
  command.add_flag("-y,--yes", change.yes, "Don't ask");
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace infra::cli
