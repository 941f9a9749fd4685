#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "apply/recording_tree.h"
#include "cli/change.h"
#include "cli/commands.h"
#include "cli/open_session.h"
#include "cli/revisions.h"
#include "providers/engine/build_context.h"

namespace infra::cli {
namespace {

struct RollbackOptions {
  ChangeOptions change;
  std::vector<std::string> words;  // [REV] [DIR]
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

Result<Ok> go_back(OpenSession& open, std::optional<std::uint64_t> number) {
  auto history = read_history(*open.store);
  if (!history) return std::move(history).error();
  auto revision = number ? find_revision(*history, *number) : previous(*history);
  if (!revision) return std::move(revision).error();
  auto texts = open.store->sources_of(revision->number);
  if (!texts) return std::move(texts).error();
  auto& session = *open.session;
  session.default_stack = revision->stack;
  session.keep_protection = true;
  session.commit = revision->commit;
  session.me.command = fmt::format("infra rollback {}", revision->number);
  take_params(*revision, session.params);
  use_files(open, std::make_unique<RestoredTree>(revision->sources, *std::move(texts),
                                                 fmt::format("revision {}", revision->number), std::move(open.tree)));
  return Ok{};
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

int run(RollbackOptions options) {
  std::optional<std::uint64_t> number;
  for (const auto& word : options.words) {
    if (const auto found = revision_number(word)) {
      number = found;
    } else {
      options.change.stack.folder = word;
    }
  }
  options.change.check = check_contexts;
  return run_change_of(options.change, [number](OpenSession& open) { return go_back(open, number); });
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
  command.add_flag("-y,--yes", change.yes, "Don't ask");
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace infra::cli
