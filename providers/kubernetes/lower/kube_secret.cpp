#include "providers/kubernetes/lower/kube_names.h"
#include "providers/kubernetes/lower/kube_secrets.h"

namespace infra::kubernetes {

namespace {

bool reads(const Lowering& lowering, const Resource& task) {
  const auto* containers = task.config["container"].map();
  for (const auto& [label, container] : containers != nullptr ? *containers : Map()) {
    const auto* secrets = container["secrets"].map();
    for (const auto& [variable, value] : secrets != nullptr ? *secrets : Map()) {
      if (lowering.referred(value) == &lowering.resource) return true;
    }
    const auto* files = container["file"].map();
    for (const auto& [path, file] : files != nullptr ? *files : Map()) {
      if (lowering.referred(file["content"]) == &lowering.resource) return true;
    }
  }
  return false;
}

}  // namespace

// One Secret in each namespace in which a container reads it.
Lowered lower_secret(const Lowering& lowering) {
  Lowered out;
  const auto& secret = lowering.resource;
  const auto clusters = clusters_with(lowering, [&](const Resource& task) { return reads(lowering, task); });
  for (const auto* cluster : clusters) {
    out.resources.push_back(make_secret(lowering, part_in(*cluster), namespace_of(lowering, *cluster),
                                        name_of(secret, kLongestNamedAnew),
                                        entries({{"value", secret.config["value"]}})));
    if (!cluster->existing) out.resources.back().depends_on.push_back(cluster->address.with_part("namespace"));
  }
  return out;
}

}  // namespace infra::kubernetes
