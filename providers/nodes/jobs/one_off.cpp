#include "providers/nodes/jobs/one_off.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/images/image_pull.h"
#include "providers/nodes/join_networks.h"
#include "providers/nodes/labels.h"
#include "providers/nodes/live/command_stream.h"
#include "providers/nodes/pause/pause_container.h"
#include "providers/nodes/pause/pause_image.h"
#include "providers/nodes/tasks/container_spec.h"
#include "providers/nodes/tasks/containers.h"
#include "providers/nodes/tasks/files.h"
#include "providers/nodes/tasks/mounted_volumes.h"
#include "providers/nodes/tasks/task_labels.h"

namespace infra::nodes {

namespace {

std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

// When a process began, in ticks since the machine did: its number may be another's by now. Empty: there is none.
std::string start_of(long pid) {
  std::ifstream in(fmt::format("/proc/{}/stat", pid));
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const auto close = text.rfind(')');  // the program's name may hold anything
  if (close == std::string::npos) return {};
  std::istringstream fields(text.substr(close + 1));
  std::string field;
  for (int i = 0; i < 20 && fields >> field; ++i) continue;
  return field;
}

}  // namespace

std::string runner_now() { return fmt::format("{} {} {}", host_name(), getpid(), start_of(getpid())); }

bool runner_is_gone(const std::string& label) {
  std::istringstream in(label);
  std::string host, start;
  long pid = 0;
  if (!(in >> host >> pid >> start)) return true;
  return host == host_name() && start_of(pid) != start;
}

namespace {

Value network_of(const Value& inputs, const std::string& node) {
  const auto mode = text_of(inputs["mode"]);
  if (mode != "network") return Map(std::vector<Entry>{{"mode", mode}});
  return Map({{"mode", mode}, {"networks", inputs["nodes"][node]["networks"]}});
}

// By which what a killed run left is found again.
Map run_labels(const std::string& container) {
  return Map({{kContainerLabel, container}, {kRunnerLabel, runner_now()}});
}

// Secret files are in memory only, as those of tasks are: a pause container holds it, and nothing else, for the command
// has the network that it has without one. The volume with them; empty: there are none.
Result<std::string> hold_secrets(const Context& context, const RunRequest& request) {
  const auto files = secret_files_of(request.container, request.inputs["containers"][request.container]);
  if (files.empty()) return std::string();
  const CreateRequest holder{.address = request.address,
                             .type = kOneOff,
                             .inputs = Map({{"name", request.inputs["name"]}, {"mode", "none"}, {"containers", Map()}}),
                             .token = request.token};
  auto pause = bring_up_pause(context, holder, run_labels(""), files);
  if (!pause) return std::move(pause).error();
  return pause->tmpfs[request.container];
}

// The service's container with another command: it publishes nothing, answers to no name and has no check.
CreateRequest container_of(const Context& context, const RunRequest& request, const std::string& secrets) {
  const auto& container = request.inputs["containers"][request.container];
  auto inputs = *container.map();
  for (const auto* name : {"ports", "health", "until", "after", "essential"}) inputs.erase(name);
  inputs.set("command", List(request.command.begin(), request.command.end()));
  inputs.set("name", fmt::format("{}-run", text_of(request.inputs["name"])));
  inputs.set("network", network_of(request.inputs, context.engine.node()));
  inputs.set("mounts", TaskVolumes().mounts_of(container, secrets));
  inputs.set("task_labels", run_labels(request.container));
  return {.address = request.address, .type = kOneOff, .inputs = std::move(inputs), .token = request.token};
}

Result<std::string> make(const Context& context, const CreateRequest& request, bool tty, bool input) {
  auto defaults = defaults_of(context.engine);
  if (!defaults) return std::move(defaults).error();
  auto body = *container_body(context.owner, request, *defaults).map();
  body.set("Tty", tty);
  body.set("OpenStdin", input);
  body.set("StdinOnce", input);
  const auto path = "/containers/create?name=" + http::url_encoded(container_name(request));
  auto made = context.engine.post(path, Value(std::move(body)), shapes::made(), {.timeout = std::chrono::minutes(2)});
  if (!made) return std::move(made).error();
  if (!made->ok()) return context.engine.refused(*made, "create the container " + container_name(request));
  const auto id = text_of(made->body["Id"]);
  const auto networks = networks_in(request.inputs["network"]["networks"]);
  auto joined = join_others(context, id, networks, {}, container_name(request));
  return joined ? Result<std::string>(id) : std::move(joined).error();
}

Result<int> exit_of(const Context& context, const std::string& id) {
  for (int turn = 0;; ++turn) {
    auto reply = context.engine.get(fmt::format("/containers/{}/json", id), shapes::container());
    if (!reply) return std::move(reply).error();
    if (!reply->ok()) return context.engine.refused(*reply, "say how a command ended");
    const auto& state = reply->body["State"];
    if (!is_true(state["Running"]) || turn == 50) return static_cast<int>(number_of(state["ExitCode"]));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

// For what isn't given up on a Ctrl-C.
Context with(const Context& context, const Cancel& cancel) {
  return {.engine = context.engine,
          .owner = context.owner,
          .sources = context.sources,
          .cancel = cancel,
          .progress = context.progress};
}

Result<int> run_in(const Context& context, const std::string& id, const CreateRequest& made, const RunRequest& request,
                   const ExecStreams& streams) {
  auto path = fmt::format("/containers/{}/attach?stream=1&stdout=1&stderr=1", id);
  if (request.input) path += "&stdin=1";
  auto stream = open_stream(context.engine, path, {});
  if (!stream) return std::move(stream).error();
  if (auto started = start_container(context, id, made); !started) return std::move(started).error();
  const Carrying what{.tty = request.tty, .input = request.input, .resize = "/containers/" + id};
  auto carried = carry(context.engine, **stream, what, streams, context.cancel);
  if (carried) return exit_of(context, id);
  const Cancel going_on;
  static_cast<void>(stop_container(with(context, going_on), id, made.inputs));  // it is removed by force in any case
  return std::move(carried).error();
}

Result<int> make_and_run(const Context& context, const RunRequest& request, const ExecStreams& streams) {
  auto secrets = hold_secrets(context, request);
  if (!secrets) return std::move(secrets).error();
  const auto wanted = container_of(context, request, *secrets);
  auto id = make(context, wanted, request.tty, request.input);
  if (!id) return std::move(id).error();
  const auto& container = request.inputs["containers"][request.container];
  if (auto put = put_own_files(context, *id, request.container, container); !put) return std::move(put).error();
  return run_in(context, *id, wanted, request, streams);
}

Result<List> list_one_offs(const Context& context) {
  List out;
  auto reply = context.engine.list("/containers/json?all=1&" + filters_for(context.owner, kOneOff),
                                   shapes::listed_container(), [&](const Value& entry) {
                                     if (read_labels(entry["Labels"], context.owner, kOneOff)) out.push_back(entry);
                                   });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return context.engine.refused(*reply, "list its containers");
  return out;
}

std::string token_of(const Value& entry) { return text_of(entry["Labels"]["infra.token"]); }

// A pause container goes last: it takes the volume along, which the other one uses.
Result<Ok> remove_runs(const Context& context, List entries, const std::set<std::string>& tokens) {
  const auto others =
      std::stable_partition(entries.begin(), entries.end(), [](const Value& e) { return !is_pause(e); });
  bool paused = false;
  for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
    if (!tokens.contains(token_of(*entry))) continue;
    if (auto removed = remove_container(context, text_of((*entry)["Id"])); !removed) return removed;
    paused = paused || entry >= others;
  }
  return paused ? remove_pause_image(context) : Ok{};
}

// Found by its token, not by the engine's ids: a call that was broken off may have made a container without telling.
Result<Ok> remove_run(const Context& context, const std::string& token) {
  const Cancel going_on;
  const auto removing = with(context, going_on);
  auto entries = list_one_offs(removing);
  if (!entries) return std::move(entries).error();
  return remove_runs(removing, *std::move(entries), {token});
}

}  // namespace

Result<int> run_one_off(const Context& context, const RunRequest& request, const ExecStreams& streams) {
  const auto& container = request.inputs["containers"][request.container];
  auto there =
      ensure_image(context, text_of(container["image"]), credentials_of(request.inputs["access"][request.container]));
  if (!there) return std::move(there).error();
  auto code = make_and_run(context, request, streams);
  if (auto removed = remove_run(context, request.token); !removed) {
    if (code) return std::move(removed).error();
    return std::move(code).take_error(fmt::format("removing it again, which failed: {}", removed.error().line()));
  }
  return code;
}

Result<Ok> remove_left_over(const Context& context) {
  auto entries = list_one_offs(context);
  if (!entries) return std::move(entries).error();
  // One container of a run tells of all: a pause container doesn't end by itself.
  std::set<std::string> over;
  for (const auto& entry : *entries) {
    const bool ended = text_of(entry["State"]) == "exited";
    if (ended || runner_is_gone(text_of(entry["Labels"][kRunnerLabel]))) over.insert(token_of(entry));
  }
  return remove_runs(context, *std::move(entries), over);
}

}  // namespace infra::nodes
