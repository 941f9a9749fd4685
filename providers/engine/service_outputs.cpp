#include "providers/engine/service_outputs.h"

#include <fmt/format.h>

#include <set>

#include "providers/engine/task_group.h"

namespace infra::engine {

namespace {

Address part_of(const ServiceView& view, const Instance& instance, const std::string& label) {
  return view.service->address.with_part(part_name(view, instance, label));
}

// The address that an instance's container answers at.
Value address_of(const Lowering& lowering, const ServiceView& view, const Instance& instance) {
  if (view.mode != "awsvpc") return node_host(lowering.context.platform, instance.node);
  return Ref{.address = part_of(view, instance, network_owner(*view.containers)), .attribute = "address"};
}

Value host_port(const ServiceView& view, const Instance& instance, const PublishedPort& port) {
  if (port.host != 0) return port.host;
  const Ref ports{.address = part_of(view, instance, port.container), .attribute = "ports"};
  return Call{.function = "get", .arguments = {ports, port.name}};
}

Value url(const Lowering& lowering, const ServiceView& view, const Instance& instance, const PublishedPort& port) {
  const auto address = address_of(lowering, view, instance);
  const auto number = host_port(view, instance, port);
  if (address.string() != nullptr && number.integer() != nullptr) {
    return fmt::format("http://{}:{}", *address.string(), *number.integer());
  }
  return Call{.function = "interpolate", .arguments = {"http://", address, ":", number}};
}

}  // namespace

std::string node_host(const PlatformDecl& platform, const std::string& name) {
  for (const auto& node : nodes_of(platform)) {
    const auto* endpoint = node.config["endpoint"].string();
    if (node.name != name || endpoint == nullptr) continue;
    const auto scheme = endpoint->find("://");
    if (scheme == std::string::npos || endpoint->starts_with("unix:")) continue;
    auto host = endpoint->substr(scheme + 3);
    if (const auto user = host.find('@'); user != std::string::npos) host.erase(0, user + 1);
    if (const auto rest = host.find_first_of(":/", host.starts_with('[') ? host.find(']') : 0);
        rest != std::string::npos)
      host.erase(rest);
    return host;
  }
  return "127.0.0.1";
}

std::string part_name(const ServiceView& view, const Instance& instance, const std::string& label) {
  return view.containers->size() == 1 ? instance.key : fmt::format("{}/{}", instance.key, label);
}

std::optional<Value> told_by_parts(std::string_view kind, std::string_view attribute,
                                   const std::vector<std::string>& parts) {
  if (kind != "service" || attribute != "desired") return std::nullopt;
  std::set<std::string> copies;
  for (const auto& part : parts) copies.insert(part.substr(0, part.find('/')));
  return Value(static_cast<std::int64_t>(copies.size()));
}

Value service_outputs(const Lowering& lowering, const ServiceView& view, const std::vector<Instance>& instances) {
  List urls;
  for (const auto& instance : instances) {
    for (const auto& port : view.ports) {
      if (port.protocol == "tcp" && view.mode != "none") urls.push_back(url(lowering, view, instance, port));
    }
  }
  Map out({{"urls", std::move(urls)}, {"address", Null{}}});
  if (!instances.empty() && view.mode != "none") out.set("address", address_of(lowering, view, instances.front()));
  return out;
}

}  // namespace infra::engine
