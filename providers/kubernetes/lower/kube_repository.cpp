#include <fmt/format.h>

#include "providers/engine/registry/registry_access.h"
#include "providers/kubernetes/lower/kube_lower.h"

namespace infra::kubernetes {

namespace {

// "shop/web": one registry serves many stacks.
std::string repository_name(const Lowering& lowering, const Resource& registry) {
  const auto& repository = lowering.resource;
  if (const auto* own = repository.config["name"].string()) return *own;
  std::string_view path = repository.address.path;
  const auto parent = registry.address.path + ".";
  if (path.starts_with(parent)) path.remove_prefix(parent.size());
  return fmt::format("{}/{}", run_time_name(lowering.context.stack), run_time_name(path));
}

}  // namespace

// Only a name: a push makes it.
Lowered lower_repository(const Lowering& lowering) {
  const auto* registry = lowering.referred(lowering.resource.config["registry"]);
  if (registry == nullptr) return engine::nothing(lowering, {"", "url"});
  const auto endpoint = lowering.substituted(engine::registry_endpoint(lowering, *registry));
  const auto name = repository_name(lowering, *registry);
  const auto url = endpoint.string() != nullptr
                       ? Value(*endpoint.string() + "/" + name)
                       : Value(infra::Call{.function = "interpolate", .arguments = {endpoint, "/" + name}});
  Lowered out;
  out.outputs = entries({{"", url}, {"url", url}});
  return out;
}

}  // namespace infra::kubernetes
