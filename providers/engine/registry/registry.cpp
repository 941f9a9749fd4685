#include <fmt/format.h>

#include "providers/engine/registry/registry_access.h"

namespace infra::engine {

namespace {

constexpr const char* kFolder = "/etc/infra-registry";

// Where it finds what is put into its container (providers/nodes/registry/grant.h).
void add_access_of_others(Map& env) {
  env.set("REGISTRY_HTTP_TLS_CERTIFICATE", fmt::format("{}/certificate.pem", kFolder));
  env.set("REGISTRY_HTTP_TLS_KEY", fmt::format("{}/key.pem", kFolder));
  env.set("REGISTRY_AUTH", "htpasswd");
  env.set("REGISTRY_AUTH_HTPASSWD_REALM", "infra");
  env.set("REGISTRY_AUTH_HTPASSWD_PATH", fmt::format("{}/htpasswd", kFolder));
}

// Its images outlive it, in a volume of the same name. One that only this machine uses listens on the loopback address:
// without TLS and users it must not be reachable from elsewhere, and engines accept plain HTTP from localhost without
// being told.
Map registry_container(const Lowering& lowering, bool shared) {
  const auto& registry = lowering.resource;
  const auto name = world_name(lowering, registry);
  Map env(
      {{"REGISTRY_STORAGE_DELETE_ENABLED", "true"}, {"REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", kRegistryStorage}});
  Map port({{"name", "registry"}, {"container", 5000}, {"host", registry.config["port"]}, {"protocol", "tcp"}});
  if (shared) {
    add_access_of_others(env);
  } else {
    port.set("ip", "127.0.0.1");
  }
  Map out({{"node", node_of_registry(lowering.context.platform)},
           {"name", name},
           {"image", registry.config["image"]},
           {"network", Map(std::vector<Entry>{{"mode", "bridge"}})},
           {"env", std::move(env)},
           {"mounts", List({Map({{"kind", "named"}, {"source", name}, {"path", kRegistryStorage}})})},
           {"restart", "unless-stopped"},
           {"labels", registry.config["labels"].map() != nullptr ? registry.config["labels"] : Value(Map())},
           {"ports", List({std::move(port)})}});
  if (shared) {
    out.set("serves", managed_access(registry).text());
    out.set("endpoint", registry_endpoint(lowering, registry));
    out.set("certificate", Ref{.address = managed_access(registry), .attribute = "id"});
  }
  return out;
}

}  // namespace

Lowered lower_registry(const Lowering& lowering) {
  Lowered out;
  const auto endpoint = registry_endpoint(lowering, lowering.resource);
  out.outputs = Map({{"", endpoint}, {"endpoint", endpoint}});
  if (!is_managed(lowering.resource)) return out;
  const bool shared = is_shared(lowering, lowering.resource);
  if (shared) out.resources.push_back(lowering.part("access", "registry_access", Map({{"endpoint", endpoint}})));
  auto container = lowering.part("container", "container", registry_container(lowering, shared));
  keep_derived_name(lowering.resource, container.options.ignore);
  if (container.options.replace == Replace::by_platform) container.options.replace = Replace::destroy_first;
  out.resources.push_back(std::move(container));
  return out;
}

}  // namespace infra::engine
