#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text/likeness.h"
#include "base/values/codec.h"
#include "cli/change.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/shared_options.h"
#include "cli/terminal/console.h"
#include "providers/engine/engine_types.h"
#include "state/notes.h"

namespace infra::cli {
namespace {

struct DrainOptions {
  ChangeOptions change;
  std::string node, platform;
  bool drain = true;
};

struct NodeOfPlatform {
  std::string platform, node;
};

// Of the platforms that something is recorded on.
Result<std::vector<NodeOfPlatform>> recorded_nodes(const Snapshot& state) {
  std::vector<NodeOfPlatform> out;
  for (const auto& row : state.platforms) {
    if (row.kind != "nodes" && row.kind != "simulator") continue;
    auto config = from_json(row.config);
    if (!config) return std::move(config).take_error(fmt::format("reading the recorded platform \"{}\"", row.name));
    const PlatformDecl platform{.name = row.name, .kind = row.kind, .config = *std::move(config)};
    for (const auto& node : engine::nodes_of(platform)) out.push_back({row.name, node.name});
  }
  return out;
}

Error no_such_node(const std::vector<NodeOfPlatform>& all, const DrainOptions& options) {
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const auto& one : all) names.push_back(one.node);
  const auto close = did_you_mean(options.node, names);
  auto help = names.empty()   ? std::string("apply the stack first: nodes are drained of what is recorded")
              : close.empty() ? fmt::format("there is {}", fmt::join(names, ", "))
                              : fmt::format("did you mean `{}`?", close);
  return {.code = "E0704",
          .message = fmt::format("no platform that this stack has something on has a node `{}`", options.node),
          .help = std::move(help)};
}

Result<NodeOfPlatform> find_drain_node(const Snapshot& state, const DrainOptions& options) {
  const auto all = recorded_nodes(state);
  if (!all) return all.error();
  std::vector<NodeOfPlatform> found;
  for (const auto& one : *all) {
    const bool here = options.platform.empty() || one.platform == options.platform;
    if (here && one.node == options.node) found.push_back(one);
  }
  if (found.empty()) return no_such_node(*all, options);
  if (found.size() == 1) return found.front();
  return Error{.code = "E0704",
               .message = fmt::format("several platforms have a node `{}`", options.node),
               .help = fmt::format("say which: --platform {}", found.front().platform)};
}

// What a file puts on this node doesn't move.
std::string what_stays(const Snapshot& state, const NodeOfPlatform& node) {
  std::vector<std::string> out;
  for (const auto& row : state.resources) {
    if (row.type != "load_balancer" || row.platform != node.platform) continue;
    const auto inputs = from_json(row.inputs);
    if (inputs && (*inputs)["node"] == Value(node.node)) out.push_back(row.address.owner().text());
  }
  if (out.empty()) return {};
  return fmt::format("; {} stay{} there: a file says so", fmt::join(out, ", "), out.size() == 1 ? "s" : "");
}

Result<std::vector<Noting>> drain_notes(const OpenSession& open, const DrainOptions& options) {
  const auto state = open.store->load();
  if (!state) return state.error();
  const auto node = find_drain_node(*state, options);
  if (!node) return node.error();
  const auto name = name_of_drained(node->platform, node->node);
  const bool is_drained = find_note(state->notes, kDrained, name) != nullptr;
  if (is_drained == options.drain) return std::vector<Noting>();
  if (!options.drain) {
    return std::vector<Noting>{{DropNote{std::string(kDrained), name},
                                fmt::format("node {} of {} takes tasks again", node->node, node->platform)}};
  }
  const auto& me = open.session->me;
  return std::vector<Noting>{
      {PutNote{{.topic = std::string(kDrained),
                .name = name,
                .at = me.since,
                .text = fmt::format("by {} on {}", me.user, me.host)}},
       fmt::format("node {} of {} is drained{}", node->node, node->platform, what_stays(*state, *node))}};
}

int list_drained(const DrainOptions& options) {
  const Console console(options.change.stack.look);
  if (auto there = check_state(options.change.stack); !there) return console.fail(there.error());
  const auto open = open_session(options.change.stack, {});
  if (!open) return console.fail(open.error());
  const auto state = open->store->load();
  if (!state) return console.fail(state.error());
  const auto& platform = options.platform;
  const bool known = std::any_of(state->platforms.begin(), state->platforms.end(),
                                 [&](const RecordedPlatform& row) { return row.name == platform; });
  if (!platform.empty() && !known) {
    return console.fail({.code = "E0704",
                         .message = fmt::format("this stack has nothing on a platform `{}`", platform),
                         .help = "leave --platform out: the drained nodes of all are listed",
                         .context = {}});
  }
  bool any = false;
  for (const auto& note : state->notes) {
    if (note.topic != kDrained || (!platform.empty() && !note.name.starts_with(platform + "/"))) continue;
    console.print(fmt::format("{}  since {}, {}\n", note.name, note.at, note.text));
    any = true;
  }
  if (!any) console.print("No node is drained.\n");
  return kDone;
}

int run_drain(DrainOptions options) {
  options.change.command = options.drain ? "drain" : "undrain";
  options.change.notes = [&](const OpenSession& open) { return drain_notes(open, options); };
  return options.node.empty() ? list_drained(options) : run_change(options.change);
}

void add_drain_command(CLI::App& command, Chosen& chosen, bool drain) {
  const auto options = std::make_shared<DrainOptions>();
  options->drain = drain;
  auto* node = command.add_option("NODE", options->node, drain ? "Without one, the drained nodes are listed" : "")
                   ->type_name("");
  if (!drain) node->required();
  auto& change = options->change;
  add_look(command, change.stack.look);
  add_params(command, change.stack);
  add_state(command, change.stack);
  add_dir(command, change.stack.folder);
  add_detail(command, change.run);
  add_parallelism(command, change.run.parallelism);
  add_lock_timeout(command, change.run);
  command.add_option("--platform", options->platform, "Whose node, if several have one of this name")
      ->type_name("NAME");
  command.add_flag("-y,--yes", change.yes, "Don't ask");
  when_called(command, chosen, options->change.stack, EnvironmentUse::required,
              [options] { return run_drain(*options); });
}

}  // namespace

void add_drain(CLI::App& command, Chosen& chosen) { add_drain_command(command, chosen, true); }
void add_undrain(CLI::App& command, Chosen& chosen) { add_drain_command(command, chosen, false); }

}  // namespace infra::cli
