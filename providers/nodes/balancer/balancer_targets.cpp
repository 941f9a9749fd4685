#include "providers/nodes/balancer/balancer_targets.h"

#include <optional>

#include "providers/nodes/tasks/tasks.h"

namespace infra::nodes::balancer {

namespace {

Target target_of(const SeenMembers& task) {
  Target out{.id = task.object.id,
             .service = task.object.address.owner().text(),
             .node = task.node,
             .host = task.host,
             .mode = task.mode,
             .address = task.address,
             .healthy = task.object.health.now == Health::healthy};
  for (const auto& port : task.ports) {
    if (port.protocol != "tcp") continue;
    out.ports[{port.container, port.name}] = {.inside = static_cast<int>(port.inside),
                                              .outside = static_cast<int>(port.outside)};
  }
  return out;
}

bool is_local_only(const std::string& host) { return host == "127.0.0.1" || host == "localhost" || host == "::1"; }

using At = std::optional<std::pair<std::string, int>>;

// Through its node, for those that don't share a network with it.
At seen_through_node(const Target& target, const Target::Port& port) {
  const int outside = target.mode == "host" ? port.inside : port.outside;
  if (outside == 0 || is_local_only(target.host)) return std::nullopt;
  return std::pair(target.host, outside);
}

At seen_from(const Target& target, const Target::Port& port, const Viewpoint& from) {
  const auto& node = from.node;
  if (from.inside) {
    if (target.mode != "network") return seen_through_node(target, port);
    return target.address.empty() ? std::nullopt : At({target.address, port.inside});
  }
  // In a network over several nodes: from outside it is reached by its node only.
  if (target.mode == "network" && port.outside != 0) {
    if (target.node != node && is_local_only(target.host)) return std::nullopt;
    return std::pair(target.host, port.outside);
  }
  if (target.node == node) {
    if (target.mode == "host") return std::pair(std::string("127.0.0.1"), port.inside);
    if (target.address.empty()) return std::nullopt;  // it doesn't run any more
    return std::pair(target.address, port.inside);
  }
  return target.mode == "network" ? std::nullopt : seen_through_node(target, port);
}

}  // namespace

std::vector<Target> targets_of(const List& entries, const Ownership& owner, const std::string& node,
                               const std::string& host) {
  std::vector<Target> out;
  for (const auto& task : members_of(entries, owner, node, host)) out.push_back(target_of(task));
  return out;
}

std::vector<Endpoint> endpoints_of(const Target& target, const std::vector<Backend>& backends, const Viewpoint& from) {
  std::vector<Endpoint> out;
  for (const auto& backend : backends) {
    if (backend.service != target.service) continue;
    const auto port = target.ports.find({backend.container, backend.port});
    if (port == target.ports.end()) continue;
    if (auto at = seen_from(target, port->second, from)) {
      out.push_back({.backend = backend.name, .address = at->first, .port = at->second});
    }
  }
  return out;
}

}  // namespace infra::nodes::balancer
