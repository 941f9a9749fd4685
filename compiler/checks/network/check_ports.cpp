#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_nodes.h"
#include "compiler/checks/services/check_use.h"
#include "compiler/checks/tasks/check_registries.h"
#include "facts/ecs_limits.h"

namespace infra::checks {
namespace {

// The port of an engine's own endpoint: tcp://10.0.0.5:2376, ssh://me@10.0.0.5.
std::optional<std::int64_t> endpoint_port(const Value& endpoint) {
  if (endpoint.string() == nullptr) return std::nullopt;
  const std::string_view text = *endpoint.string();
  const bool ssh = text.starts_with("ssh://");
  if (!ssh && !text.starts_with("tcp://")) return std::nullopt;
  const auto colon = text.rfind(':');
  std::int64_t port = 0;
  if (colon > text.find("//")) std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
  if (port == 0 && ssh) port = 22;
  return port != 0 ? std::optional(port) : std::nullopt;
}

// Does it run on one machine only, the platform's first?
bool only_on_the_first(const Use& use, const Machines& machines) {
  const auto* nodes = use.platform->config["node"].map();
  if (machines.most != 1) return false;
  return machines.alike || (nodes != nullptr && nodes->begin()->first == machines.all.front().name);
}

// Who has the port already on every machine that the task may run on; empty: nobody.
std::string taken_by(const RegistryPorts& registries, const Use& use, std::int64_t port) {
  if (is_aws(use.launch)) {
    const auto all = facts::ecs_reserved_ports();
    const bool reserved = std::find(all.begin(), all.end(), port) != all.end();
    return reserved ? "SSH, Docker or the ECS agent has it on every instance" : "";
  }
  const auto machines = use.platform != nullptr ? machines_of(use) : std::nullopt;
  if (!machines || machines->all.empty()) return "";
  const auto registry = registries.find({use.platform->name, port});
  if (registry != registries.end() && only_on_the_first(use, *machines))
    return fmt::format("{} listens there on the only node", named(*registry->second));
  if (machines->alike) return "";
  const auto& nodes = use.platform->config["node"];
  const bool everywhere = std::all_of(machines->all.begin(), machines->all.end(), [&](const Machine& machine) {
    return endpoint_port(nodes[machine.name]["endpoint"]) == port;
  });
  return everywhere ? "every node's engine is reached by it" : "";
}

void check_reserved(const RegistryPorts& registries, const Use& use, const PortUse& port, Diagnostics& diagnostics) {
  if (port.host == 0 || port.protocol != "tcp") return;
  const auto taken = taken_by(registries, use, port.host);
  if (taken.empty()) return;
  auto& diagnostic = diagnostics.error(
      "E0412", port.place, fmt::format("port `{}` wants host port {}, which is reserved", port.name, port.host), taken,
      use.mode == "bridge" ? "choose another port, or `host = dynamic`" : "choose another port");
  diagnostic.secondary.push_back({use.launch_place(), "it runs here"});
  if (use.mode == "bridge") diagnostic.fixes.push_back({port.place, "dynamic"});
}

// Containers of one task share a network, except in bridge mode, where they share only the node's ports.
void check_twice(const Use& use, const std::vector<PortUse>& ports, Diagnostics& diagnostics) {
  const bool bridge = use.mode == "bridge";
  if (use.mode.empty() || use.mode == "none") return;
  std::map<std::pair<std::int64_t, std::string>, const PortUse*> seen;
  for (const auto& port : ports) {
    const auto number = bridge ? port.host : port.inside;
    if (number == 0) continue;
    const auto [at, fresh] = seen.try_emplace({number, port.protocol}, &port);
    if (fresh) continue;
    const bool swapped = port.place < at->second->place;
    const auto& later = swapped ? *at->second : port;
    const auto& earlier = swapped ? port : *at->second;
    auto& diagnostic = diagnostics.error(
        "E0412", later.place,
        fmt::format("{} {} is used twice in {}", bridge ? "host port" : "port", number, named(*use.task)),
        fmt::format("container `{}` wants it too", later.container),
        bridge ? "give each a host port of its own, or `host = dynamic`"
               : fmt::format("in {} mode the containers of a task share their ports: use another one", use.mode));
    diagnostic.secondary.push_back({earlier.place, fmt::format("container `{}` has it", earlier.container)});
    if (bridge) diagnostic.fixes.push_back({later.place, "dynamic"});
  }
}

}  // namespace

void ports(const CheckInput& input, Diagnostics& diagnostics) {
  const auto registries = ports_of_registries(input.graph);
  for (const auto& use : input.uses) {
    const auto ports = ports_of(use);
    check_twice(use, ports, diagnostics);
    for (const auto& port : ports) check_reserved(registries, use, port, diagnostics);
  }
}

}  // namespace infra::checks
