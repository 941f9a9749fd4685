#include "providers/engine/registry/registry_access.h"

namespace infra::engine {

namespace {

// Only on the loopback address: without TLS and users it must not be reachable from elsewhere, and engines accept plain
// HTTP from localhost without being told. Its images outlive it, in a volume of the same name.
Map registry_container(const Lowering& lowering, const std::string& node) {
  const auto& registry = lowering.resource;
  const auto name = world_name(lowering, registry);
  return Map({{"node", node},
              {"name", name},
              {"image", registry.config["image"]},
              {"network", Map(std::vector<Entry>{{"mode", "bridge"}})},
              {"env", Map({{"REGISTRY_STORAGE_DELETE_ENABLED", "true"},
                           {"REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", kRegistryStorage}})},
              {"mounts", List({Map({{"kind", "named"}, {"source", name}, {"path", kRegistryStorage}})})},
              {"restart", "unless-stopped"},
              {"labels", registry.config["labels"].map() != nullptr ? registry.config["labels"] : Value(Map())},
              {"ports", List({Map({{"name", "registry"},
                                   {"container", 5000},
                                   {"host", registry.config["port"]},
                                   {"protocol", "tcp"},
                                   {"ip", "127.0.0.1"}})})}});
}

}  // namespace

Lowered lower_registry(const Lowering& lowering) {
  Lowered out;
  const auto endpoint = registry_endpoint(lowering.resource);
  out.outputs = Map({{"", endpoint}, {"endpoint", endpoint}});
  if (!is_managed(lowering.resource)) return out;
  const auto node = nodes_of(lowering.context.platform).front().name;
  auto container = lowering.part("container", "container", registry_container(lowering, node));
  keep_derived_name(lowering.resource, container.options.ignore);
  if (container.options.replace == Replace::by_platform) container.options.replace = Replace::destroy_first;
  out.resources.push_back(std::move(container));
  return out;
}

}  // namespace infra::engine
