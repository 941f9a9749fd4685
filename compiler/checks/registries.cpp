#include "compiler/checks/registries.h"

#include <fmt/format.h>

#include <map>

#include "compiler/checks.h"
#include "compiler/checks/parts.h"

namespace infra::checks {
namespace {

bool on_engines(const PlatformDecl& platform) { return platform.kind == "nodes" || platform.kind == "simulator"; }

// The port of a registry that the platform runs itself.
std::optional<std::int64_t> own_port(const Resource& resource) {
  const auto* port = resource.config["port"].integer();
  const bool managed = resource.address.kind == "registry" && resource.config["endpoint"].is_null();
  return managed && port != nullptr ? std::optional(*port) : std::nullopt;
}

}  // namespace

const Resource* registry_with(const Graph& graph, const PlatformDecl& platform, std::int64_t port) {
  for (const auto& resource : graph.resources) {
    if (resource.platform == platform.name && on_engines(platform) && own_port(resource) == port) return &resource;
  }
  return nullptr;
}

// All that a platform runs itself stand on one node.
void registries(const CheckInput& input, Diagnostics& diagnostics) {
  std::map<std::pair<std::string, std::int64_t>, const Resource*> seen;
  for (const auto& resource : input.graph.resources) {
    const auto port = own_port(resource);
    const auto* platform = input.graph.platform(resource.platform);
    if (!port || platform == nullptr || !on_engines(*platform)) continue;
    const auto [first, fresh] = seen.try_emplace({resource.platform, *port}, &resource);
    if (fresh) continue;
    const bool swapped = resource.place("port") < first->second->place("port");
    const auto& later = swapped ? *first->second : resource;
    const auto& earlier = swapped ? resource : *first->second;
    diagnostics
        .error("E0412", later.place("port"),
               fmt::format("{} and {} both listen on port {} of their node", named(earlier), named(later), *port),
               later.written("port") ? "in use" : fmt::format("{} by default", *port),
               "give one another port: port = 5001")
        .secondary.push_back({earlier.place("port"), "has it"});
  }
}

}  // namespace infra::checks
