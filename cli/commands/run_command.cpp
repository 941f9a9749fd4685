#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/hash.h"
#include "base/text/likeness.h"
#include "base/values/codec.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/fallbacks.h"
#include "cli/live/command_streams.h"
#include "cli/shared_options.h"
#include "cli/terminal/report.h"
#include "providers/live.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

struct RunCommand {
  StackOptions stack;
  std::string address, container;
  std::vector<std::string> command;
  bool input = false, tty = false;
};

// The service or job that runs it: itself, or of a task the first that has it.
const Resource* runner_of(const Graph& graph, const std::string& given) {
  for (const auto& resource : graph.resources) {
    const auto& kind = resource.address.kind;
    if (kind != "service" && kind != "job") continue;
    const auto* task = resource.config["task"].ref();
    if (resource.address.text() == given || (task != nullptr && task->address.text() == given)) return &resource;
  }
  return nullptr;
}

Error unknown(const Graph& graph, const std::string& given) {
  std::vector<std::string> names;
  for (const auto& resource : graph.resources) {
    const auto& kind = resource.address.kind;
    if (kind == "service" || kind == "job" || kind == "task") names.push_back(resource.address.text());
  }
  const auto close = did_you_mean(given, names);
  return {.code = "E0704",
          .message = fmt::format("`{}` names no service, no job, and no task that one of them runs", given),
          .help = close.empty() ? "give an address such as service.api" : fmt::format("did you mean `{}`?", close),
          .context = {}};
}

// What it refers to, as it is recorded.
Result<Value> resolved(const Prepared& prepared, const LoweredResource& part) {
  std::map<Address, Value> outputs;
  const auto find = [&](const Address& address) -> const Value* {
    if (const auto at = outputs.find(address); at != outputs.end()) return &at->second;
    for (const auto& row : prepared.state.resources) {
      if (row.address != address || row.deposed) continue;
      auto value = from_json(row.outputs);
      return value ? &(outputs[address] = *std::move(value)) : nullptr;
    }
    return nullptr;
  };
  auto out = resolve(part.inputs, find, nullptr);
  if (out.known()) return out;
  return Error{.code = "E0701",
               .message = fmt::format("{} isn't applied yet, so not all of what its tasks are made from is there",
                                      part.address.owner().text()),
               .help = "infra apply makes it",
               .context = {}};
}

struct Found {
  Live* live = nullptr;
  RunRequest request;
};

Result<Found> find(const RunCommand& options, const Prepared& prepared) {
  const auto* runner = runner_of(*prepared.compiled.graph, options.address);
  if (runner == nullptr) return unknown(*prepared.compiled.graph, options.address);
  const auto provider = prepared.providers.find(runner->platform);
  auto* live = provider == prepared.providers.end() ? nullptr : live_of(*provider->second);
  std::vector<const LoweredResource*> parts;
  for (const auto& part : prepared.lowered.resources) parts.push_back(&part);
  for (const auto& part : prepared.scheduled) parts.push_back(&part);
  for (const auto* at : parts) {
    const auto& part = *at;
    if (live == nullptr || part.address.owner() != runner->address || !live->runs_commands_of(part.type)) continue;
    auto inputs = resolved(prepared, part);
    if (!inputs) return std::move(inputs).error();
    return Found{live,
                 {.address = runner->address.with_part("run"),
                  .type = part.type,
                  .inputs = *std::move(inputs),
                  .container = options.container,
                  .command = options.command,
                  .token = random_token(16),
                  .tty = options.tty,
                  .input = options.input}};
  }
  return Error{
      .code = "E0720",
      .message = fmt::format("the platform {} can't run a command beside {}", runner->platform, runner->address.text()),
      .help = "container engines (`nodes`) can",
      .context = {}};
}

int run(const RunCommand& options) {
  const Console console(options.stack.look);
  if (auto good = check_tty(options.tty); !good) return console.fail(good.error());
  const auto open = open_session(options.stack, {});
  if (!open) return console.fail(open.error());
  if (const auto last = recall_params(*open->session, false); !last) return console.fail(last.error());
  const auto prepared = prepare(*open->session, {}, false);
  if (!report(console, prepared)) return kFailed;
  const auto found = find(options, prepared);
  if (!found) return console.fail(found.error());
  return run_here(console, options.tty, [&](const ExecStreams& streams, const Cancel& cancel) {
    return found->live->run(found->request, streams, cancel);
  });
}

}  // namespace

void add_run(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<RunCommand>();
  command.add_option("ADDRESS", options->address, "A service, a job, or a task that one of them runs: service.api")
      ->type_name("")
      ->required();
  command.add_option("CMD", options->command, "The command and its arguments, behind `--`")->type_name("")->required();
  add_look(command, options->stack.look);
  add_params(command, options->stack);
  add_state(command, options->stack);
  add_dir(command, options->stack.folder);
  command.add_option("--container", options->container, "With this container's image and variables")->type_name("NAME");
  command.add_flag("-i,--interactive", options->input, "Give the command what is typed or piped in");
  command.add_flag("-t,--tty", options->tty, "Give the command a terminal");
  when_called(command, chosen, options->stack, EnvironmentUse::required, [options] { return run(*options); });
}

}  // namespace infra::cli
