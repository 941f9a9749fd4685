#include "providers/engine/task_inputs.h"

#include <algorithm>

#include "providers/engine/container_inputs.h"
#include "providers/engine/load_balancer.h"
#include "providers/engine/overlay.h"
#include "providers/engine/registry/registry_access.h"
#include "providers/engine/routes.h"
#include "providers/engine/task_group.h"

namespace infra::engine {

namespace {

// By a load balancer that stands outside of the VPC.
bool is_routed_from_outside(const Lowering& lowering, const ServiceView& view, const PublishedPort& port) {
  const auto routes = routes_of(lowering, *view.service);
  return std::any_of(routes.begin(), routes.end(), [&](const RouteView& route) {
    const auto* balancer = lowering.referred(route.listener->config["load_balancer"]);
    if (balancer != nullptr && !balancer->existing && stands_inside(lowering, *balancer)) return false;
    return (*route.config)["to"] == Value(port.container + "." + port.name);
  });
}

// Without a network of its own only the host's ports mean anything; in awsvpc mode they are for the task's URLs. A load
// balancer stands in its node's network, from which nothing leads into one that spans nodes: there what is routed is
// published, too.
List port_inputs(const Lowering& lowering, const ServiceView& view, const std::string& label) {
  List out;
  const bool spans = view.mode == "awsvpc" && spans_nodes(lowering.context.platform);
  if (view.mode == "none") return out;
  for (const auto& port : view.ports) {
    if (port.container != label) continue;
    Map one({{"name", port.name}, {"container", port.inside}, {"host", port.host}, {"protocol", port.protocol}});
    if (spans && is_routed_from_outside(lowering, view, port)) one.set("published", true);
    out.push_back(std::move(one));
  }
  return out;
}

Map member_of(const Lowering& lowering, const ServiceView& view, const std::string& label) {
  const auto& container = *view.containers->find(label);
  auto out = container_inputs(view, label);
  if (auto ports = port_inputs(lowering, view, label); !ports.empty()) out.set("ports", std::move(ports));
  if (!is_essential(container)) out.set("essential", false);
  if (const auto* after = container["after"].map(); after != nullptr && !after->empty()) out.set("after", *after);
  return out;
}

// As ECS counts a task: what the task states, else the sum of what its containers ask for.
Map reserve_of(const ServiceView& view) {
  std::int64_t cpu = 0;
  std::int64_t memory = 0;
  for (const auto& [label, container] : *view.containers) {
    if (const auto* own = container["cpu"].get<Cpu>()) cpu += own->ticks;
    const auto* soft = container["memory_reservation"].get<Bytes>();
    const auto* hard = container["memory"].get<Bytes>();
    if (soft != nullptr || hard != nullptr) memory += (soft != nullptr ? soft : hard)->count;
  }
  if (const auto* whole = view.task->config["cpu"].get<Cpu>()) cpu = whole->ticks;
  if (const auto* whole = view.task->config["memory"].get<Bytes>()) memory = whole->count;
  Map out;
  if (cpu > 0) out.set("cpu", Cpu{cpu});
  if (memory > 0) out.set("memory", Bytes{memory});
  return out;
}

}  // namespace

Map task_inputs(const Lowering& lowering, const ServiceView& view) {
  Map containers;
  for (const auto& [label, container] : *view.containers) containers.set(label, member_of(lowering, view, label));
  Map out({{"name", world_name(lowering, *view.service)},
           {"mode", view.mode == "awsvpc" ? "network" : view.mode},
           {"containers", std::move(containers)}});
  if (view.mode == "awsvpc") out.set("aliases", List(1, Value(network_alias(view))));
  if (auto reserve = reserve_of(view); !reserve.empty()) out.set("reserve", std::move(reserve));
  return out;
}

Map access_of(const Lowering& lowering, const ServiceView& view) {
  Map out;
  for (const auto& [label, container] : *view.containers) {
    const auto* registry = registry_of(lowering, container["image"]);
    if (registry == nullptr) continue;
    Map credentials;
    add_credentials(credentials, lowering, *registry);
    if (!credentials.empty()) out.set(label, std::move(credentials));
  }
  return out;
}

std::vector<Address> registries_of(const Lowering& lowering, const ServiceView& view) {
  std::vector<Address> out;
  for (const auto& [label, container] : *view.containers) {
    const auto* registry = registry_of(lowering, container["image"]);
    if (registry == nullptr || !is_shared(lowering, *registry)) continue;
    const auto address = managed_container(*registry);
    if (std::find(out.begin(), out.end(), address) == out.end()) out.push_back(address);
  }
  return out;
}

Map input_on(const Lowering& lowering, const Subnets& subnets, const std::string& node) {
  Map out;
  if (!subnets.empty()) out.set("networks", networks_on(lowering, subnets, node));
  return out;
}

Map nodes_input(const Lowering& lowering, const Subnets& subnets, const std::vector<std::string>& nodes) {
  Map out;
  if (subnets.empty()) return out;
  for (const auto& node : nodes) out.set(node, input_on(lowering, subnets, node));
  return out;
}

}  // namespace infra::engine
