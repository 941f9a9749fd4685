// Tasks as the engine's list call shows their containers.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "facts/rollout.h"
#include "providers/engine/service_outputs.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/labels.h"
#include "providers/nodes/tasks/container_entries.h"
#include "providers/nodes/tasks/container_list.h"
#include "providers/nodes/tasks/container_spec.h"
#include "providers/nodes/tasks/task_labels.h"
#include "providers/nodes/tasks/tasks.h"
#include "providers/nodes/tasks/uptime.h"

namespace infra::nodes {
namespace {

using Members = std::vector<const Value*>;  // entries of the list call, by label

int rank(Health::Now now) {
  switch (now) {
    case Health::healthy:
    case Health::completed:
      return 0;
    case Health::starting:
      return 1;
    case Health::stopping:
      return 2;
    case Health::unhealthy:
      return 3;
    case Health::stopped:
      return 4;
  }
  return 4;
}

// A program without a check that can't run has ended by then. Engines tell how long one runs in whole seconds, rounded
// down, and from two minutes on in whole minutes: it may take a little longer, never less.
bool is_settling(const Value& entry) {
  const auto& labels = entry["Labels"];
  const auto status = text_of(entry["Status"]);
  if (text_of(entry["State"]) != "running" || mentions(status, {"(healthy)"})) return false;
  auto settle = facts::kSettlingTime.ms;
  const auto told = text_of(labels[kSettleLabel]);
  std::from_chars(told.data(), told.data() + told.size(), settle);
  return uptime_of(status) * 1'000 < settle;
}

Health judge_member(const Value& entry, const Restarts& restarts) {
  const auto& labels = entry["Labels"];
  const auto at = restarts.find(text_of(entry["Id"]));
  const bool restarting = text_of(entry["State"]) == "restarting";
  if (at != restarts.end() && at->second.count > 0) {
    // While it runs, the engine doesn't tell how it ended before.
    auto detail = restarting ? fmt::format("exit code {} the last time", at->second.exit) : std::string();
    return {.now = Health::starting,
            .exit = restarting ? at->second.exit : 0,
            .restarts = at->second.count,
            .detail = std::move(detail)};
  }
  if (restarting) return {.now = Health::starting, .detail = "restarting"};
  return judge(text_of(entry["State"]), text_of(entry["Status"]), text_of(labels["infra.until"]));
}

// What holds the network, or the memory with the secret files, of the others.
Health health_of_pause(const Value& entry, const Restarts& restarts) {
  const bool shared = text_of(entry["Labels"][kModeLabel]) == "network";
  if (text_of(entry["State"]) == "restarting" && !shared) {
    return {.now = Health::starting, .detail = "its pause container starts again"};
  }
  if (text_of(entry["State"]) != "running") {
    return {.now = Health::stopped, .detail = "its pause container doesn't run, which holds its network or secrets"};
  }
  const auto at = restarts.find(text_of(entry["Id"]));
  const bool cut_off =
      at != restarts.end() && at->second.count > 0 && text_of(entry["Labels"][kModeLabel]) == "network";
  if (!cut_off) return {};
  return {.now = Health::stopped, .detail = "its pause container ended, and its containers are without a network"};
}

Health health_of_member(const Value& entry, bool several, const Restarts& restarts) {
  const auto& labels = entry["Labels"];
  if (is_pause(entry)) return health_of_pause(entry, restarts);
  auto out = judge_member(entry, restarts);
  if (out.now == Health::healthy && is_settling(entry)) out = {.now = Health::starting, .detail = "settling"};
  const bool matters = text_of(labels[kEssentialLabel]) != "no";
  if (!matters && out.now != Health::starting) return {};
  if (several && !out.detail.empty()) out.detail = fmt::format("{}: {}", text_of(labels[kContainerLabel]), out.detail);
  return out;
}

// A task is as healthy as the worst of its containers.
Health health_of(const Members& members, const Restarts& restarts) {
  const auto& labels = (*members.front())["Labels"];
  const auto size = text_of(labels[kSizeLabel]);
  if (!size.empty() && size != fmt::format("{}", members.size())) {
    return {.now = Health::stopped, .detail = fmt::format("{} of its {} containers are there", members.size(), size)};
  }
  Health worst;
  const bool several =
      std::count_if(members.begin(), members.end(), [](const auto* one) { return !is_pause(*one); }) > 1;
  for (const auto* member : members) {
    auto health = health_of_member(*member, several, restarts);
    if (rank(health.now) > rank(worst.now)) worst = std::move(health);
  }
  return worst;
}

// The one whose network it uses: itself, or the pause container.
const Value& publisher_of(const Value& entry, const Members& members, const std::string& mode) {
  for (const auto* member : members) {
    if (mode == "network" && is_pause(*member)) return *member;
  }
  return entry;
}

void add_ports(const Value& entry, const Members& members, const std::string& mode,
               std::vector<engine::TaskSeen::Port>& out) {
  const auto label = text_of(entry["Labels"]["infra.ports"]);
  const auto outside = ports_output(label, publisher_of(entry, members, mode)["Ports"], mode == "host");
  for (std::string_view rest = label; !rest.empty();) {
    const auto item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(item.size() + 1, rest.size()));
    const auto equals = item.rfind('=');
    const auto slash = item.rfind('/');
    if (equals == std::string_view::npos || slash == std::string_view::npos || slash < equals) continue;
    engine::TaskSeen::Port port{.name = std::string(item.substr(0, equals)),
                                .protocol = std::string(item.substr(slash + 1))};
    std::from_chars(item.data() + equals + 1, item.data() + slash, port.inside);
    port.outside = number_of(outside[port.name]);
    out.push_back(std::move(port));
  }
}

// When the first of its containers was made.
Moment created_of(const Members& members) {
  auto first = number_of((*members.front())["Created"]);
  for (const auto* member : members) first = std::min(first, number_of((*member)["Created"]));
  return Moment(std::chrono::seconds(first));
}

// A pause container answers for its task only where the others share its network.
bool has_the_address(const Value& entry, const std::string& mode) { return mode == "network" || !is_pause(entry); }

ObservedObject task_of(const Members& members, const std::string& id, const Address& address, const std::string& node,
                       const std::string& host, const Restarts& restarts) {
  const auto& labels = (*members.front())["Labels"];
  const auto mode = text_of(labels[kModeLabel]);
  engine::TaskSeen seen{.node = node, .host = host, .mode = mode};
  for (const auto* member : members) {
    const auto outputs = observed_container(*member, address).outputs;
    if (seen.address.empty() && has_the_address(*member, mode)) seen.address = text_of(outputs["address"]);
    if (is_pause(*member)) continue;
    if (seen.name.empty()) seen.name = text_of(outputs["name"]);
    seen.containers.set(text_of((*member)["Labels"][kContainerLabel]), (*member)["Id"]);
    add_ports(*member, members, mode, seen.ports);
  }
  return {.address = address,
          .type = "task",
          .id = id,
          .token = text_of(labels["infra.token"]),
          .spec_hash = text_of(labels["infra.spec"]),
          .health = health_of(members, restarts),
          .outputs = engine::task_outputs(seen),
          .revision = text_of(labels[kRevisionLabel]),
          .created = created_of(members)};
}

// The containers of each task, by its address and id.
std::map<std::pair<Address, std::string>, Members> grouped(const List& entries, const Ownership& owner) {
  std::map<std::pair<Address, std::string>, std::map<std::string, const Value*>> tasks;
  for (const auto& entry : entries) {
    const auto ours = read_labels(entry["Labels"], owner, "task");
    if (ours) tasks[{ours->address, ours->token}].emplace(text_of(entry["Labels"][kContainerLabel]), &entry);
  }
  std::map<std::pair<Address, std::string>, Members> out;
  for (const auto& [key, by_label] : tasks) {
    for (const auto& [label, entry] : by_label) out[key].push_back(entry);
  }
  return out;
}

}  // namespace

std::vector<ObservedObject> tasks_of(const List& entries, const Ownership& owner, const std::string& node,
                                     const std::string& host, const Restarts& restarts) {
  std::vector<ObservedObject> out;
  for (const auto& [key, members] : grouped(entries, owner)) {
    out.push_back(task_of(members, key.second, key.first, node, host, restarts));
  }
  return out;
}

std::vector<SeenMembers> members_of(const List& entries, const Ownership& owner, const std::string& node,
                                    const std::string& host) {
  std::vector<SeenMembers> out;
  for (const auto& [key, members] : grouped(entries, owner)) {
    SeenMembers task{.object = task_of(members, key.second, key.first, node, host, {}), .node = node, .host = host};
    task.mode = text_of((*members.front())["Labels"][kModeLabel]);
    for (const auto* member : members) {
      if (task.address.empty() && has_the_address(*member, task.mode))
        task.address = text_of(observed_container(*member, key.first).outputs["address"]);
      std::vector<engine::TaskSeen::Port> ports;
      add_ports(*member, members, task.mode, ports);
      for (auto& port : ports) {
        task.ports.push_back({.container = text_of((*member)["Labels"][kContainerLabel]),
                              .name = std::move(port.name),
                              .protocol = std::move(port.protocol),
                              .inside = port.inside,
                              .outside = port.outside});
      }
    }
    out.push_back(std::move(task));
  }
  return out;
}

Result<List> task_entries(Engine& engine, const Ownership& owner) {
  // Only ours are held: what else runs there may be much.
  List ours;
  auto reply = list_entries(engine, "all=1&" + filters_for(owner, "task"), [&](const Value& entry) {
    if (read_labels(entry["Labels"], owner, "task")) ours.push_back(entry);
  });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return engine.refused(*reply, "list its containers");
  return ours;
}

Result<std::vector<ObservedObject>> list_tasks(Engine& engine, const Ownership& owner, const std::string& host,
                                               RestartWatch& watch) {
  const auto asked = RestartWatch::Clock::now();
  auto ours = task_entries(engine, owner);
  if (!ours) return std::move(ours).error();
  auto restarts = watch.look(engine, *ours, asked);
  if (!restarts) return std::move(restarts).error();
  return tasks_of(*ours, owner, engine.node(), host, *restarts);
}

}  // namespace infra::nodes
