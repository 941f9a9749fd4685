#include "providers/engine/placement.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "providers/engine/registry/registry_access.h"
#include "providers/engine/zones.h"

namespace infra::engine {

namespace {

// An image in a registry that only its node reaches, or one that was found on an engine, runs on that node alone. One
// that is built and pushed nowhere is brought to the others.
bool only_on_first_node(const Lowering& lowering, const Value& image) {
  if (const auto* registry = registry_of(lowering, image))
    return is_managed(*registry) && !is_shared(lowering, *registry);
  const auto* declared = lowering.referred(image);
  if (declared != nullptr && declared->existing) {
    const auto read = lowering.substituted(image);
    return read.string() != nullptr && read.string()->starts_with("sha256:");
  }
  return false;
}

bool only_on_first_node(const Lowering& lowering, const ServiceView& view) {
  return std::any_of(view.containers->begin(), view.containers->end(),
                     [&](const Entry& container) { return only_on_first_node(lowering, container.second["image"]); });
}

// Without subnets of its own the first of the cluster's is joined from every zone.
std::vector<std::string> nodes_in_its_zones(const Lowering& lowering, const ServiceView& view) {
  const bool has_subnets = view.mode == "awsvpc";
  return nodes_in_zones_of(lowering, has_subnets ? stated_subnets(lowering, *view.service) : Subnets());
}

}  // namespace

std::vector<std::string> nodes_for(const Lowering& lowering, const ServiceView& view) {
  auto out = nodes_in_its_zones(lowering, view);
  if (!only_on_first_node(lowering, view)) return out;
  const auto nodes = nodes_of(lowering.context.platform);
  std::erase_if(out, [&](const std::string& node) { return node != nodes.front().name; });
  return out;
}

bool check_place(const Lowering& lowering, const ServiceView& view, const std::vector<std::string>& nodes) {
  const auto all = nodes_of(lowering.context.platform);
  if (all.empty()) return true;  // it was said of the platform
  const bool kept = only_on_first_node(lowering, view) && !nodes_in_its_zones(lowering, view).empty();
  return check_zones(lowering, nodes, kept ? all.front().name : std::string());
}

namespace {

// Who holds "8080/tcp" on each node.
class HostPorts {
 public:
  [[nodiscard]] const Resource* holder(const std::string& node, const ServiceView& view) const {
    for (const auto& port : view.ports) {
      const auto at = held_.find(key(node, port));
      if (port.host != 0 && at != held_.end()) return at->second;
    }
    return nullptr;
  }
  void take(const std::string& node, const ServiceView& view) {
    for (const auto& port : view.ports) {
      if (port.host != 0) held_.emplace(key(node, port), view.service);
    }
  }

 private:
  static std::string key(const std::string& node, const PublishedPort& port) {
    return fmt::format("{} {}/{}", node, port.host, port.protocol);
  }
  std::map<std::string, const Resource*> held_;
};

// The first node at or after the turn's own that has the ports free; its index, or the number of nodes.
std::size_t free_node(const HostPorts& ports, const ServiceView& view, const std::vector<std::string>& nodes,
                      std::size_t turn) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto at = (turn + i) % nodes.size();
    if (ports.holder(nodes[at], view) == nullptr) return at;
  }
  return nodes.size();
}

// Gives each copy a node that has its ports free. The service that stands in the way of one that finds none, or
// nullptr.
const Resource* take_nodes(HostPorts& ports, const ServiceView& view, const std::vector<std::string>& nodes) {
  const auto copies = view.daemon ? nodes.size() : static_cast<std::size_t>(std::max<std::int64_t>(view.desired, 0));
  for (std::size_t turn = 0; turn < copies; ++turn) {
    const auto at = free_node(ports, view, nodes, turn);
    if (at == nodes.size()) return ports.holder(nodes[turn % nodes.size()], view);
    ports.take(nodes[at], view);
  }
  return nullptr;
}

// The ports of the services before this one, which chose their nodes first.
HostPorts taken_before(const Lowering& lowering, const ServiceView& view) {
  HostPorts out;
  for (const auto* other : lowering.of_kind("service")) {
    if (!(other->address < view.service->address)) break;
    if (other->platform != view.service->platform) continue;
    const auto seen = view_of(lowering, *other);
    if (seen && has_fixed_port(*seen)) take_nodes(out, *seen, nodes_for(lowering, *seen));
  }
  return out;
}

void report_blocked(const Lowering& lowering, const ServiceView& view, const Resource& blocker, std::size_t nodes) {
  const auto& service = *view.service;
  const auto& port =
      *std::find_if(view.ports.begin(), view.ports.end(), [](const PublishedPort& p) { return p.host != 0; });
  const bool self = &blocker == view.service;
  auto& diagnostic = lowering.diagnostics.error(
      "E0404", service.place("desired"),
      self ? fmt::format("service `{}` can't run {} copies with a fixed host port on {} node{}", service.address.path,
                         view.desired, nodes, nodes == 1 ? "" : "s")
           : fmt::format("services `{}` and `{}` want the same host port {} on one node", blocker.address.path,
                         service.address.path, port.host),
      "", "let the engine choose the port: host = dynamic; or use network = awsvpc");
  diagnostic.secondary.push_back(
      {.span = view.task->place(fmt::format("container.{}.port.{}.host", port.container, port.name)),
       .text = fmt::format("port {} is free once on each node", port.host)});
  if (!self) diagnostic.secondary.push_back({.span = blocker.span, .text = "takes it first"});
}

}  // namespace

bool check_host_ports(const Lowering& lowering, const ServiceView& view, const std::vector<std::string>& nodes) {
  if (!has_fixed_port(view) || nodes.empty()) return true;
  auto ports = taken_before(lowering, view);
  const auto* blocker = take_nodes(ports, view, nodes);
  if (blocker != nullptr) report_blocked(lowering, view, *blocker, nodes.size());
  return blocker == nullptr;
}

}  // namespace infra::engine
