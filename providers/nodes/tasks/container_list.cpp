#include "providers/nodes/tasks/container_list.h"

#include <fmt/format.h>

#include "base/values/codec.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/labels.h"
#include "providers/nodes/tasks/container_entries.h"
#include "providers/nodes/tasks/container_spec.h"
#include "providers/nodes/tasks/task_labels.h"

namespace infra::nodes {

namespace {

Health judge_ended(const std::string& status, const std::string& until) {
  const bool good = mentions(status, {"Exited (0)"});
  if (until == "completed" || (until == "succeeded" && good)) return {};
  return {.now = Health::stopped, .detail = status.empty() ? "exited" : status};
}

Health judge_running(const std::string& status, const std::string& until) {
  if (until == "completed" || until == "succeeded") return {.now = Health::starting, .detail = "still running"};
  if (mentions(status, {"(unhealthy)"})) return {.now = Health::unhealthy, .detail = "unhealthy"};
  if (mentions(status, {"(health: starting)", "(starting)"}))
    return {.now = Health::starting, .detail = "health: starting"};
  return {};
}

}  // namespace

Health judge(const std::string& state, const std::string& status, const std::string& until) {
  if (state == "running") return judge_running(status, until);
  if (state == "exited" || state == "stopped") return judge_ended(status, until);
  if (state == "created" || state == "configured" || state == "initialized") {
    return {.now = Health::stopped, .detail = "created, not started"};
  }
  return {.now = Health::stopped, .detail = state};  // dead, paused, removing, restarting
}

namespace {

std::string first_name(const Value& names) {
  const auto* list = names.list();
  auto name = list != nullptr && !list->empty() ? text_of(list->front()) : std::string();
  if (name.starts_with('/')) name.erase(0, 1);
  return name;
}

// In the network that it was made in. Podman calls every network of its own "bridge" there: then the first by name.
std::string first_address(const Value& entry) {
  const auto* networks = entry["NetworkSettings"]["Networks"].map();
  if (networks == nullptr) return {};
  const auto made_in = text_of(entry["HostConfig"]["NetworkMode"]);
  std::string out;
  for (const auto& [name, network] : *networks) {
    auto address = text_of(network["IPAddress"]);
    if (address.empty()) continue;
    if (name == made_in || text_of(network["NetworkID"]) == made_in) return address;
    if (out.empty()) out = std::move(address);
  }
  return out;
}

}  // namespace

bool is_on_host_network(const Value& entry) {
  return text_of(entry["HostConfig"]["NetworkMode"]) == "host" || text_of(entry["Labels"][kModeLabel]) == "host";
}

ObservedObject observed_container(const Value& entry, const Address& address) {
  const auto& labels = entry["Labels"];
  const bool host = is_on_host_network(entry);
  return {.address = address,
          .type = "container",
          .id = text_of(entry["Id"]),
          .token = text_of(labels["infra.token"]),
          .spec_hash = text_of(labels["infra.spec"]),
          .health = judge(text_of(entry["State"]), text_of(entry["Status"]), text_of(labels["infra.until"])),
          .outputs = Map({{"id", text_of(entry["Id"])},
                          {"name", first_name(entry["Names"])},
                          {"address", first_address(entry)},
                          {"ports", ports_output(text_of(labels["infra.ports"]), entry["Ports"], host)}})};
}

std::string listed_name(const Value& entry) {
  auto name = first_name(entry["Names"]);
  return name.empty() ? text_of(entry["Id"]).substr(0, 12) : name;
}

Result<std::vector<ObservedObject>> list_containers(Engine& engine, const Ownership& owner) {
  std::vector<ObservedObject> out;
  auto reply = list_entries(engine, "all=1&" + filters_for(owner, "container"), [&](const Value& entry) {
    const auto ours = read_labels(entry["Labels"], owner, "container");
    if (ours) out.push_back(observed_container(entry, ours->address));
  });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return engine.refused(*reply, "list its containers");
  return out;
}

Result<Value> container_outputs(const Context& context, const std::string& id) {
  const Value filters = Map(std::vector<Entry>{{"id", List(1, Value(id))}});
  Value outputs;
  auto reply = list_entries(context.engine, "all=1&filters=" + http::url_encoded(to_plain_json(filters)),
                            [&](const Value& entry) {
                              if (text_of(entry["Id"]) == id) outputs = observed_container(entry, {}).outputs;
                            });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return context.engine.refused(*reply, "show a container");
  if (outputs.is_null()) {
    return Error{
        .code = "E0608",
        .message = fmt::format("the container {} vanished from node `{}`", id.substr(0, 12), context.engine.node()),
        .help = "somebody or something else removes containers there; run infra apply again"};
  }
  return outputs;
}

}  // namespace infra::nodes
