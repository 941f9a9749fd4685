#include "planner/rollout/task_set.h"

#include <algorithm>
#include <utility>

#include "facts/rollout.h"

namespace infra {
namespace {

std::chrono::milliseconds duration_of(const Value& value, std::chrono::milliseconds fallback) {
  const auto* found = value.get<Duration>();
  return found != nullptr ? std::chrono::milliseconds(found->ms) : fallback;
}

bool flag_of(const Value& value, bool fallback) {
  const auto* found = value.boolean();
  return found != nullptr ? *found : fallback;
}

Percent percent_of(const Value& value, double fallback) {
  const auto* found = value.get<Percent>();
  return found != nullptr ? *found : Percent{fallback};
}

Placement placement_of(const Value& place) {
  Placement out;
  if (const auto* over = place["spread"].string()) out.spread = *over;
  if (const auto* by = place["binpack"].string()) {
    out.within = *by == "cpu" ? Placement::binpack_cpu : Placement::binpack_memory;
  }
  out.distinct = flag_of(place["distinct"], false);
  if (const auto* where = place["where"].map()) {
    for (const auto& [label, value] : *where) {
      if (value.string() != nullptr) out.where.emplace(label, *value.string());
    }
  }
  if (const auto* nodes = place["nodes"].list()) {
    for (const auto& node : *nodes) {
      if (node.string() != nullptr) out.nodes.push_back(*node.string());
    }
  }
  if (const auto* volumes = place["volumes"].list()) {
    for (const auto& name : *volumes) {
      if (name.string() != nullptr) out.volumes.push_back(*name.string());
    }
  }
  return out;
}

// Without a network of its own a task holds ports of its node.
Demand demand_of(const Value& task) {
  Demand out;
  if (const auto* cpu = task["reserve"]["cpu"].get<Cpu>()) out.cpu = cpu->units_up();
  if (const auto* memory = task["reserve"]["memory"].get<Bytes>()) out.memory = memory->count;
  const auto* mode = task["mode"].string();
  const auto* containers = task["containers"].map();
  if (containers == nullptr || mode == nullptr || (*mode != "bridge" && *mode != "host")) return out;
  for (const auto& [label, container] : *containers) {
    const auto* ports = container["ports"].list();
    if (ports == nullptr) continue;
    for (const auto& port : *ports) {
      const auto* host = port["host"].integer();
      const auto* protocol = port["protocol"].string();
      if (host != nullptr && *host != 0) out.ports.push_back({*host, protocol != nullptr ? *protocol : "tcp"});
    }
  }
  return out;
}

}  // namespace

TaskSet task_set_of(const Value& inputs) {
  TaskSet out;
  if (const auto* desired = inputs["desired"].integer()) out.desired = *desired;
  out.scale = scale_rule_of(inputs["scale"]);
  out.daemon = flag_of(inputs["daemon"], false);
  const auto& deploy = inputs["deploy"];
  out.min = percent_of(deploy["min"], 100);
  out.max = percent_of(deploy["max"], 200);
  out.rollback = flag_of(deploy["rollback"], true);
  out.stop_first = flag_of(deploy["stop_first"], false);
  out.start = duration_of(deploy["start"], out.start);
  out.drain = duration_of(deploy["drain"], out.drain);
  out.deadline = duration_of(deploy["deadline"], out.deadline);
  out.place = placement_of(inputs["place"]);
  out.demand = demand_of(inputs["task"]);
  return out;
}

DeployPolicy policy_of(const TaskSet& set, int copies) {
  DeployPolicy out;
  out.floor = static_cast<int>(facts::floor_of(set.min, copies));
  out.ceiling = static_cast<int>(facts::ceiling_of(set.max, copies));
  if (set.stop_first) {
    out.ceiling = std::min(out.ceiling, copies);
    out.floor = std::min(out.floor, std::max(copies - 1, 0));
  }
  out.ceiling = std::max(out.ceiling, 1);
  out.breaker = static_cast<int>(facts::breaker_of(copies));
  out.rollback = set.rollback;
  out.start = set.start;
  out.drain = set.drain;
  const auto at_once = std::max(1, out.ceiling - out.floor);
  const auto turns = std::max(1, (copies + at_once - 1) / at_once);
  const bool told = set.deadline.count() > 0;
  out.deadline = told ? set.deadline : 2 * turns * (out.start + out.drain + std::chrono::seconds(30));
  return out;
}

Value task_inputs_on(const Value& set_inputs, const std::string& node) {
  Map out = set_inputs["task"].map() != nullptr ? *set_inputs["task"].map() : Map();
  out.set("node", node);
  if (const auto* local = set_inputs["nodes"][node].map()) {
    for (const auto& [name, value] : *local) out.set(name, value);
  }
  return out;
}

Value to_be_made(Value task_inputs, const Value& set_inputs) {
  const auto& access = set_inputs["access"];
  const auto& settle = set_inputs["deploy"]["settle"];
  if ((access.is_null() && settle.is_null()) || task_inputs.map() == nullptr) return task_inputs;
  auto out = *task_inputs.map();
  if (!access.is_null()) out.set("access", access);
  if (!settle.is_null()) out.set("settle", settle);
  return out;
}

std::string revision_of(const Value& set_inputs, const HashKey& key) {
  const auto& task = set_inputs["task"];
  return task.known() ? spec_hash(task, key) : std::string();
}

std::string shown_path(std::string_view path, const Value& set_inputs) {
  constexpr std::string_view kContainers = "task.containers.";
  if (path.starts_with("access") || path.starts_with("nodes")) return {};
  if (path.starts_with(kContainers)) {
    const auto rest = path.substr(kContainers.size());
    const auto dot = rest.find('.');
    const auto* containers = set_inputs["task"]["containers"].map();
    const bool single = containers != nullptr && containers->size() == 1;
    if (single && dot != std::string_view::npos) return std::string(rest.substr(dot + 1));
    return "container." + std::string(rest);
  }
  if (path.starts_with("task.reserve") || path.starts_with("deploy.start") || path.starts_with("deploy.drain"))
    return {};  // follow from others
  return std::string(path.starts_with("task.") ? path.substr(5) : path);
}

}  // namespace infra
