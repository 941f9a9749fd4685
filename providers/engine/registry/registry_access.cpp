#include "providers/engine/registry/registry_access.h"

#include <fmt/format.h>

#include <initializer_list>

#include "base/net/url.h"

namespace infra::engine {

bool is_managed(const Resource& registry) { return registry.config["endpoint"].is_null(); }

Value registry_endpoint(const Resource& registry) {
  if (!is_managed(registry)) return registry.config["endpoint"];
  const auto* port = registry.config["port"].integer();
  return fmt::format("localhost:{}", port != nullptr ? *port : 5000);
}

bool is_insecure(const Resource& registry) {
  const auto* insecure = registry.config["insecure"].boolean();
  if (insecure != nullptr) return *insecure;
  const auto* endpoint = registry.config["endpoint"].string();
  if (is_managed(registry)) return true;
  const auto host = endpoint != nullptr ? net::parse_host("http", *endpoint) : std::nullopt;
  return host && net::is_loopback(host->host);
}

Address managed_container(const Resource& registry) { return registry.address.with_part("container"); }

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
    const auto endpoint = registry_endpoint(*registry);
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

}  // namespace

void add_credentials(Map& inputs, const Resource& registry) { add(inputs, registry, {"username", "password"}); }
void add_access(Map& inputs, const Resource& registry) { add(inputs, registry, {"username", "password", "realm"}); }

}  // namespace infra::engine
