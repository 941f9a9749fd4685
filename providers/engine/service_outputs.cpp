#include "providers/engine/service_outputs.h"

#include <fmt/format.h>

namespace infra::engine {

std::optional<std::string> host_of_endpoint(const Value& node) {
  const auto* endpoint = node["endpoint"].string();
  const auto scheme = endpoint != nullptr ? endpoint->find("://") : std::string::npos;
  if (scheme == std::string::npos || endpoint->starts_with("unix:")) return std::nullopt;
  auto host = endpoint->substr(scheme + 3);
  if (const auto user = host.find('@'); user != std::string::npos) host.erase(0, user + 1);
  if (const auto rest = host.find_first_of(":/", host.starts_with('[') ? host.find(']') : 0); rest != std::string::npos)
    host.erase(rest);
  return host;
}

std::string node_host(const PlatformDecl& platform, const std::string& name) {
  for (const auto& node : nodes_of(platform)) {
    if (node.name != name) continue;
    if (auto host = host_of_endpoint(node.config)) return *std::move(host);
  }
  return "127.0.0.1";
}

Map task_outputs(const TaskSeen& seen) {
  const bool own_network = seen.mode == "network";
  const auto host = own_network ? seen.address : seen.mode == "none" ? std::string() : seen.host;
  Map ports;
  List urls;
  for (const auto& port : seen.ports) {
    if (port.outside != 0) ports.set(port.name, port.outside);
    const auto number = own_network ? port.inside : port.outside;
    if (port.protocol == "tcp" && number != 0 && !host.empty())
      urls.emplace_back(fmt::format("http://{}:{}", host, number));
  }
  return Map({{"name", seen.name},
              {"node", seen.node},
              {"address", host},
              {"ports", std::move(ports)},
              {"urls", std::move(urls)},
              {"containers", seen.containers}});
}

}  // namespace infra::engine
