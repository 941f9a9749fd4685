#include "providers/nodes/jobs/one_off.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <fstream>
#include <sstream>
#include <thread>

#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/images/image_pull.h"
#include "providers/nodes/labels.h"
#include "providers/nodes/live/command_stream.h"
#include "providers/nodes/tasks/container_spec.h"
#include "providers/nodes/tasks/containers.h"
#include "providers/nodes/tasks/files.h"
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
  return Map({{"mode", mode}, {"network", inputs["nodes"][node]["network"]}});
}

// The service's container with another command: it publishes nothing, answers to no name and has no check.
CreateRequest container_of(const Context& context, const RunRequest& request, const std::string& token) {
  const auto& container = request.inputs["containers"][request.container];
  auto inputs = *container.map();
  for (const auto* name : {"ports", "health", "until", "after", "essential"}) inputs.erase(name);
  inputs.set("command", List(request.command.begin(), request.command.end()));
  inputs.set("name", fmt::format("{}-run", text_of(request.inputs["name"])));
  inputs.set("network", network_of(request.inputs, context.engine.node()));
  inputs.set("task_labels", Map({{kContainerLabel, request.container}, {kRunnerLabel, runner_now()}}));
  return {.address = request.address, .type = kOneOff, .inputs = std::move(inputs), .token = token};
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
  return text_of(made->body["Id"]);
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
  const Cancel going_on;  // the stop itself isn't given up
  const Context stopping{.engine = context.engine,
                         .owner = context.owner,
                         .sources = context.sources,
                         .cancel = going_on,
                         .progress = context.progress};
  static_cast<void>(stop_container(stopping, id, made.inputs));  // it is removed by force in any case
  return std::move(carried).error();
}

}  // namespace

Result<int> run_one_off(const Context& context, const RunRequest& request, const ExecStreams& streams) {
  const auto& container = request.inputs["containers"][request.container];
  auto there =
      ensure_image(context, text_of(container["image"]), credentials_of(request.inputs["access"][request.container]));
  if (!there) return std::move(there).error();
  const auto made = container_of(context, request, request.token);
  auto id = make(context, made, request.tty, request.input);
  if (!id) return std::move(id).error();
  auto put = put_all_files(context, *id, request.container, container);
  auto code = put ? run_in(context, *id, made, request, streams) : Result<int>(std::move(put).error());
  if (auto removed = remove_container(context, *id); !removed) {
    if (code) return std::move(removed).error();
    return std::move(code).take_error(fmt::format("removing it again, which failed: {}", removed.error().line()));
  }
  return code;
}

Result<Ok> remove_left_over(const Context& context) {
  std::vector<std::string> gone;
  auto reply = context.engine.list("/containers/json?all=1&" + filters_for(context.owner, kOneOff),
                                   shapes::listed_container(), [&](const Value& entry) {
                                     if (!read_labels(entry["Labels"], context.owner, kOneOff)) return;
                                     const bool ended = text_of(entry["State"]) == "exited";
                                     if (ended || runner_is_gone(text_of(entry["Labels"][kRunnerLabel]))) {
                                       gone.push_back(text_of(entry["Id"]));
                                     }
                                   });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return context.engine.refused(*reply, "list its containers");
  for (const auto& id : gone) {
    if (auto removed = remove_container(context, id); !removed) return removed;
  }
  return Ok{};
}

}  // namespace infra::nodes
