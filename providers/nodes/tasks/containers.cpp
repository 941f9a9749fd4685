#include "providers/nodes/tasks/containers.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "providers/nodes/engine_errors.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/images/image_pull.h"
#include "providers/nodes/join_networks.h"
#include "providers/nodes/overlay/slow_agent.h"
#include "providers/nodes/tasks/container_list.h"
#include "providers/nodes/tasks/container_spec.h"
#include "providers/nodes/tasks/container_wait.h"
#include "providers/nodes/tasks/host_config.h"

namespace infra::nodes {

namespace {

// Where the mount itself would make it without them. What is there already stays as it is.
Result<Ok> make_named_volumes(const Context& context, const Value& mounts) {
  const auto quirks = context.engine.quirks();
  if (!quirks) return quirks.error();
  if (!quirks->plain_mounts || mounts.list() == nullptr) return Ok{};
  for (const auto& mount : *mounts.list()) {
    if (text_of(mount["kind"]) != "named") continue;
    const auto name = text_of(mount["source"]);
    const Value body = Map({{"Name", name}, {"Labels", volume_labels(context.owner, name)}});
    auto made = context.engine.post("/volumes/create", body, shapes::volume(), {.cancel = &context.cancel});
    if (!made) return std::move(made).error();
    if (!made->ok()) return context.engine.refused(*made, "create the volume " + name);
  }
  return Ok{};
}

// One that can't join is removed again: whoever asked for it knows no id.
Result<std::string> joined(const Context& context, const std::string& id, const std::string& name,
                           const Value& network) {
  auto others = join_others(context, id, networks_in(network["networks"]), network["aliases"], name);
  if (others) return id;
  auto error = std::move(others).error();
  if (auto removed = remove_container(context, id); !removed) {
    return std::move(error).during(fmt::format("removing it again, which failed: {}", removed.error().line()));
  }
  return error;
}

}  // namespace

Result<std::string> make_container(const Context& context, const CreateRequest& request) {
  const auto name = container_name(request);
  context.say("creating " + name);
  auto defaults = defaults_of(context.engine);
  if (!defaults) return std::move(defaults).error();
  if (auto there = make_named_volumes(context, request.inputs["mounts"]); !there) return std::move(there).error();
  auto reply = context.engine.post("/containers/create?name=" + http::url_encoded(name),
                                   container_body(context.owner, request, *defaults), shapes::made(),
                                   {.timeout = std::chrono::minutes(2), .cancel = &context.cancel});
  if (!reply) return std::move(reply).error();
  if (reply->status == 404 && mentions(reply->message, {"image"})) {
    return Error{.code = "E0604",
                 .message = fmt::format("the image {} vanished from node `{}`", text_of(request.inputs["image"]),
                                        context.engine.node()),
                 .help = "run infra apply again"};
  }
  if (!reply->ok()) {
    auto gone = network_gone(context.engine, name, reply->message);
    return gone ? *std::move(gone) : context.engine.refused(*reply, "create the container " + name);
  }
  return joined(context, text_of(reply->body["Id"]), name, request.inputs["network"]);
}

namespace {

// Docker took a container's HostConfig at its start up to API 1.23, and speaks that up to API 1.43.
constexpr int kTakesItAtStart = 23;
constexpr int kLastThatSpeaksIt = 43;

Result<Reply> ask_to_start(const Context& context, const std::string& id, const Value& inputs) {
  const auto path = fmt::format("/containers/{}/start", id);
  CallOptions options{.timeout = std::chrono::minutes(2), .cancel = &context.cancel};
  if (text_of(inputs["link"]).empty()) return context.engine.post(path, options);
  auto minor = context.engine.minor();
  auto quirks = context.engine.quirks();
  if (!minor || !quirks) return !minor ? std::move(minor).error() : std::move(quirks).error();
  if (*minor > kLastThatSpeaksIt || quirks->knows_owners) return context.engine.post(path, options);
  auto defaults = defaults_of(context.engine);
  if (!defaults) return std::move(defaults).error();
  options.minor = kTakesItAtStart;
  return context.engine.post_for_nothing(path, linked_host_config(inputs, *defaults), options);
}

}  // namespace

Result<Ok> start_container(const Context& context, const std::string& id, const CreateRequest& request) {
  auto reply = overlay::ask_slow_agent(context, [&] { return ask_to_start(context, id, request.inputs); });
  if (!reply) return std::move(reply).error();
  if (reply->ok()) return Ok{};
  return start_error(context.engine, container_name(request), reply->message, request.inputs["ports"]);
}

Result<Ok> remove_container(const Context& context, const std::string& id) {
  for (int attempt = 0;; ++attempt) {
    auto reply =
        context.engine.remove(fmt::format("/containers/{}?force=1&v=1", id), {.timeout = std::chrono::minutes(2)});
    if (!reply) return std::move(reply).error();
    if (reply->ok() || reply->status == 404) return Ok{};
    // Somebody removes it already: true once it is gone.
    if (reply->status != 409 || attempt == 50)
      return context.engine.refused(*reply, fmt::format("remove the container {}", id.substr(0, 12)));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

Result<Ok> stop_container(const Context& context, const std::string& id, const Value& inputs) {
  const auto patience = (ms_of(inputs["stop_timeout"], 30'000) + 999) / 1000;
  auto reply = context.engine.post(fmt::format("/containers/{}/stop?t={}", id, patience),
                                   {.timeout = std::chrono::seconds(patience + 60), .cancel = &context.cancel});
  if (!reply) return std::move(reply).error();
  return Ok{};
}

namespace {

Result<Value> bring_up(const Context& context, const std::string& id, const CreateRequest& request) {
  const auto& inputs = request.inputs;
  const auto name = container_name(request);
  if (auto started = start_container(context, id, request); !started) return std::move(started).error();
  if (auto ready = wait_for_container(context, id, inputs); !ready) {
    auto error = std::move(ready).error();
    error.message = fmt::format("{} on node `{}`: {}", name, context.engine.node(), error.message);
    if (error.code != "E0608") return error;
    const auto log = log_tail(context, id, inputs);
    error.message += log.empty() ? "; it wrote nothing" : "; the end of its log:\n" + log;
    return error;
  }
  return container_outputs(context, id);
}

}  // namespace

Result<ObjectResult> create_container(const Context& context, const CreateRequest& request,
                                      const std::vector<ArchiveFile>& files) {
  const auto image = text_of(request.inputs["image"]);
  if (auto there = ensure_image(context, image, credentials_of(request.inputs)); !there)
    return std::move(there).error();
  if (context.cancel.aborting()) return Error{.code = "E0703", .message = "stopped before creating a container"};
  auto id = make_container(context, request);
  if (!id) return std::move(id).error();
  auto put = files.empty() ? Result<Ok>(Ok{}) : put_archive(context, *id, files, "put its files in place");
  auto outputs = put ? bring_up(context, *id, request) : Result<Value>(std::move(put).error());
  if (outputs) return ObjectResult{.id = *std::move(id), .outputs = *std::move(outputs)};
  auto error = std::move(outputs).error();
  if (auto removed = remove_container(context, *id); !removed) {
    return std::move(error).during(fmt::format("removing it again, which failed: {}", removed.error().line()));
  }
  return error;
}

Result<ObjectResult> update_container(const Context& context, const ExistingObject& existing) {
  auto outputs = container_outputs(context, existing.id);
  if (!outputs) return std::move(outputs).error();
  return ObjectResult{.id = existing.id, .outputs = *std::move(outputs)};
}

Result<Ok> destroy_container(const Context& context, const ExistingObject& existing) {
  context.say("stopping");
  if (auto stopped = stop_container(context, existing.id, existing.inputs); !stopped) return stopped;
  return remove_container(context, existing.id);
}

}  // namespace infra::nodes
