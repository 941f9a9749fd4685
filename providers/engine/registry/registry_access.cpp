#include "providers/engine/registry/registry_access.h"

#include <fmt/format.h>

#include <initializer_list>

#include "base/net/url.h"
#include "providers/engine/service_outputs.h"

namespace infra::engine {

bool is_managed(const Resource& registry) { return registry.config["endpoint"].is_null(); }

Address managed_container(const Resource& registry) { return registry.address.with_part("container"); }
Address managed_access(const Resource& registry) { return registry.address.with_part("access"); }

namespace {

// Of an engine that only this machine reaches.
bool is_of_this_machine(const PlatformDecl& platform, const NodeInfo& node) {
  const auto* endpoint = node.config["endpoint"].string();
  if (endpoint == nullptr || endpoint->find("://") == std::string::npos || endpoint->starts_with("unix:")) return true;
  return net::is_loopback(node_host(platform, node.name));
}

std::optional<std::string> node_of_others(const PlatformDecl& platform) {
  for (const auto& node : nodes_of(platform)) {
    if (!is_of_this_machine(platform, node)) return node.name;
  }
  return std::nullopt;
}

std::string port_of(const Resource& registry) {
  const auto* port = registry.config["port"].integer();
  return fmt::format("{}", port != nullptr ? *port : 5000);
}

}  // namespace

std::string node_of_registry(const PlatformDecl& platform) {
  const auto reached = node_of_others(platform);
  return reached ? *reached : nodes_of(platform).front().name;
}

bool is_shared(const Lowering& lowering, const Resource& registry) {
  return is_managed(registry) && node_of_others(lowering.context.platform).has_value();
}

Value registry_endpoint(const Lowering& lowering, const Resource& registry) {
  if (!is_managed(registry)) return registry.config["endpoint"];
  const auto& platform = lowering.context.platform;
  const auto host = is_shared(lowering, registry) ? node_host(platform, node_of_registry(platform)) : "localhost";
  return fmt::format("{}:{}", host, port_of(registry));
}

bool is_insecure(const Lowering& lowering, const Resource& registry) {
  const auto* insecure = registry.config["insecure"].boolean();
  if (insecure != nullptr) return *insecure;
  if (is_managed(registry)) return !is_shared(lowering, registry);
  const auto* endpoint = registry.config["endpoint"].string();
  const auto host = endpoint != nullptr ? net::parse_host("http", *endpoint) : std::nullopt;
  return host && net::is_loopback(host->host);
}

const Resource* registry_of_image(const Lowering& lowering, const Resource& image) {
  const auto* repository = lowering.referred(image.config["to"]);
  return repository != nullptr ? lowering.referred(repository->config["registry"]) : nullptr;
}

const Resource* registry_of(const Lowering& lowering, const Value& image) {
  const auto* declared = lowering.referred(image);
  if (declared != nullptr && !declared->existing) return registry_of_image(lowering, *declared);
  const auto read = declared != nullptr ? lowering.substituted(image) : image;
  const auto* name = read.string();
  if (name == nullptr) return nullptr;
  for (const auto* registry : lowering.of_kind("registry")) {
    const auto endpoint = registry_endpoint(lowering, *registry);
    if (endpoint.string() != nullptr && name->starts_with(*endpoint.string() + "/")) return registry;
  }
  return nullptr;
}

namespace {

void add(Map& inputs, const Resource& registry, std::initializer_list<const char*> attributes) {
  for (const auto* attribute : attributes) {
    if (const auto& value = registry.config[attribute]; !value.is_null()) inputs.set(attribute, value);
  }
}

void add_grant(Map& inputs, const Lowering& lowering, const Resource& registry) {
  if (is_shared(lowering, registry)) inputs.set("grant", managed_access(registry).text());
}

}  // namespace

void add_credentials(Map& inputs, const Lowering& lowering, const Resource& registry) {
  add(inputs, registry, {"username", "password"});
  add_grant(inputs, lowering, registry);
}

void add_access(Map& inputs, const Lowering& lowering, const Resource& registry) {
  add(inputs, registry, {"username", "password", "realm"});
  add_grant(inputs, lowering, registry);
}

}  // namespace infra::engine
