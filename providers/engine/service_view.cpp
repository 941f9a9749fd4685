#include "providers/engine/service_view.h"

#include <algorithm>

namespace infra::engine {

namespace {

std::string mode_of(const Resource& task, const Resource* cluster) {
  if (const auto* stated = task.config["network"].string()) return *stated;
  const bool has_vpc = cluster != nullptr && !cluster->config["vpc"].is_null();
  return has_vpc ? "awsvpc" : "bridge";
}

// In host mode and in a network of its own a container has no other port than its own.
std::int64_t host_side(const Value& port, const std::string& mode) {
  const auto* inside = port["container"].integer();
  if (mode != "bridge") return inside != nullptr ? *inside : 0;
  const auto* stated = port["host"].integer();
  return stated != nullptr ? *stated : 0;
}

std::vector<PublishedPort> ports_of(const Map& containers, const std::string& mode) {
  std::vector<PublishedPort> out;
  for (const auto& [label, container] : containers) {
    const auto* ports = container["port"].map();
    if (ports == nullptr) continue;
    for (const auto& [name, port] : *ports) {
      const auto* inside = port["container"].integer();
      const auto* protocol = port["protocol"].string();
      out.push_back({.container = label,
                     .name = name,
                     .inside = inside != nullptr ? *inside : 0,
                     .host = host_side(port, mode),
                     .protocol = protocol != nullptr ? *protocol : "tcp"});
    }
  }
  return out;
}

}  // namespace

std::optional<ServiceView> view_of(const Lowering& lowering, const Resource& service) {
  ServiceView out{.service = &service,
                  .task = lowering.referred(service.config["task"]),
                  .cluster = lowering.referred(service.config["cluster"])};
  if (out.task == nullptr) return std::nullopt;
  out.containers = out.task->config["container"].map();
  if (out.containers == nullptr || out.containers->empty()) return std::nullopt;
  out.mode = mode_of(*out.task, out.cluster);
  const auto* desired = service.config["desired"].integer();
  out.desired = desired != nullptr ? *desired : 1;
  const auto* daemon = service.config["daemon"].boolean();
  out.daemon = daemon != nullptr && *daemon;
  out.ports = ports_of(*out.containers, out.mode);
  return out;
}

bool has_fixed_port(const ServiceView& view) {
  if (view.mode != "bridge" && view.mode != "host") return false;
  return std::any_of(view.ports.begin(), view.ports.end(), [](const PublishedPort& p) { return p.host != 0; });
}

}  // namespace infra::engine
