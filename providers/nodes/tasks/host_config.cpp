#include "providers/nodes/tasks/host_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "providers/nodes/join_networks.h"
#include "providers/nodes/tasks/container_spec.h"

namespace infra::nodes {

// Who may collect a volume that outlives its task: the stack that made it.
Map volume_labels(const Ownership& owner, const std::string& name) {
  return Map({{"infra.stack", owner.stack}, {"infra.lineage", owner.lineage}, {"infra.volume", name}});
}

namespace {

// Docker's own default is a log without end.
constexpr std::int64_t kLogSize = std::int64_t{10} << 20U;
constexpr std::int64_t kLogFiles = 3;

Value bindings(const List& ports) {
  Map out;
  for (const auto& port : ports) {
    // In a network of its own a task's `host` is the port there.
    const auto number = is_true(port["published"]) ? 0 : number_of(port["host"]);
    const Value binding = Map({{"HostIp", text_of(port["ip"])}, {"HostPort", fmt::format("{}", number)}});
    out.set(port_key(port), List(1, binding));
  }
  return out;
}

std::string network_mode(const Value& network) {
  const auto mode = text_of(network["mode"]);
  if (const auto networks = networks_in(network["networks"]); mode == "network" && !networks.empty())
    return networks.front();
  if (mode == "container") return "container:" + text_of(network["container"]);
  return mode.empty() ? "bridge" : mode;
}

// `unless-stopped` brings a process that died, and all after a reboot, back where no loop of ours runs.
std::string restart_policy(const Value& inputs, const HostDefaults& defaults) {
  const auto stated = text_of(inputs["restart"]);
  if (stated == "unless-stopped") return defaults.keeps_running;
  return stated.empty() ? "no" : stated;
}

Value mount_of(const Ownership& owner, const Value& mount) {
  const auto kind = text_of(mount["kind"]);
  Map out(std::vector<Entry>{{"Target", mount["path"]}});
  out.set("Type", kind == "host" ? "bind" : "volume");
  if (is_true(mount["read_only"])) out.set("ReadOnly", true);
  if (const auto source = text_of(mount["source"]); !source.empty()) out.set("Source", source);
  if (kind == "named") {
    out.set("VolumeOptions", Map(std::vector<Entry>{{"Labels", volume_labels(owner, text_of(mount["source"]))}}));
  } else if (kind == "tmpfs") {
    const Value options = Map({{"type", "tmpfs"}, {"device", "tmpfs"}, {"o", mount["options"]}});
    out.set("VolumeOptions", Map(std::vector<Entry>{{"DriverConfig", Map({{"Name", "local"}, {"Options", options}})}}));
  } else if (kind == "secrets") {
    out.set("VolumeOptions", Map(std::vector<Entry>{{"NoCopy", true}}));
  }
  return out;
}

List mounts_of(const Ownership& owner, const Value& mounts) {
  List out;
  if (mounts.list() == nullptr) return out;
  for (const auto& mount : *mounts.list()) out.push_back(mount_of(owner, mount));
  return out;
}

void add_limits(Map& out, const Value& inputs) {
  if (const auto* memory = inputs["memory"].get<Bytes>()) out.set("Memory", memory->count);
  if (const auto* memory = inputs["memory_reservation"].get<Bytes>()) out.set("MemoryReservation", memory->count);
  if (const auto* cpu = inputs["cpu"].get<Cpu>()) out.set("NanoCpus", cpu->ticks * 1'000'000 / 1024);
  if (const auto* ulimits = inputs["ulimits"].map(); ulimits != nullptr && !ulimits->empty()) {
    List all;
    for (const auto& [name, limit] : *ulimits) all.push_back(Map({{"Name", name}, {"Soft", limit}, {"Hard", limit}}));
    out.set("Ulimits", std::move(all));
  }
}

void add_rights(Map& out, const Value& inputs) {
  const auto& capabilities = inputs["capabilities"];
  for (const auto& [name, field] : {std::pair{"add", "CapAdd"}, std::pair{"drop", "CapDrop"}}) {
    const auto* list = capabilities[name].list();
    if (list != nullptr && !list->empty()) out.set(field, *list);
  }
}

void add_tmpfs(Map& out, const Value& tmpfs) {
  if (tmpfs.map() == nullptr || tmpfs.map()->empty()) return;
  Map all;
  for (const auto& [path, size] : *tmpfs.map()) {
    const auto* bytes = size.get<Bytes>();
    all.set(path, fmt::format("size={},mode=1777", bytes != nullptr ? bytes->count : 0));
  }
  out.set("Tmpfs", std::move(all));
}

// What is stated; else rotation, where the engine's driver knows it.
void add_log(Map& out, const Value& log, bool rotates) {
  const auto driver = text_of(log["driver"]);
  const bool bounded = driver.empty() ? rotates : driver == "json-file" || driver == "local";
  Map options;
  if (bounded) {
    const auto* size = log["max_size"].get<Bytes>();
    options.set("max-size", fmt::format("{}", size != nullptr ? size->count : kLogSize));
    options.set("max-file", fmt::format("{}", number_of(log["max_files"], kLogFiles)));
  }
  if (const auto* stated = log["options"].map()) {
    for (const auto& [name, value] : *stated) options.set(name, text_of(value));
  }
  if (driver.empty() && options.empty()) return;
  out.set("LogConfig", Map({{"Type", driver}, {"Config", std::move(options)}}));
}

Map config_of(const Value& inputs, const HostDefaults& defaults) {
  Map out({{"NetworkMode", network_mode(inputs["network"])},
           {"ReadonlyRootfs", is_true(inputs["read_only"])},
           {"RestartPolicy", Map(std::vector<Entry>{{"Name", restart_policy(inputs, defaults)}})}});
  if (const auto ports = published_ports_of(inputs); !ports.empty()) out.set("PortBindings", bindings(ports));
  add_limits(out, inputs);
  add_rights(out, inputs);
  add_tmpfs(out, inputs["tmpfs"]);
  add_log(out, inputs["log"], defaults.rotates);
  return out;
}

}  // namespace

List published_ports_of(const Value& inputs) {
  const auto mode = text_of(inputs["network"]["mode"]);
  const auto* ports = inputs["ports"].list();
  if (ports == nullptr || mode == "bridge") return ports != nullptr ? *ports : List();
  List out;
  if (mode != "network") return out;
  std::copy_if(ports->begin(), ports->end(), std::back_inserter(out),
               [](const Value& port) { return is_true(port["published"]); });
  return out;
}

Result<HostDefaults> defaults_of(Engine& engine) {
  auto rotates = engine.rotates_logs();
  if (!rotates) return std::move(rotates).error();
  auto quirks = engine.quirks();
  if (!quirks) return std::move(quirks).error();
  return HostDefaults{.rotates = *rotates, .keeps_running = quirks->keeps_running};
}

Value host_config(const Ownership& owner, const Value& inputs, const HostDefaults& defaults) {
  auto out = config_of(inputs, defaults);
  if (auto mounts = mounts_of(owner, inputs["mounts"]); !mounts.empty()) out.set("Mounts", std::move(mounts));
  return out;
}

Value linked_host_config(const Value& inputs, const HostDefaults& defaults) {
  auto out = config_of(inputs, defaults);
  out.set("Links", List(1, Value(text_of(inputs["link"]) + ":pause")));
  return out;
}

}  // namespace infra::nodes
