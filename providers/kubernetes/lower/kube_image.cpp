#include "providers/engine/registry/registry_access.h"
#include "providers/kubernetes/lower/kube_lower.h"

namespace infra::kubernetes {

// Built by a container engine, pushed, and used by its digest.
Lowered lower_image(const Lowering& lowering) {
  const auto& image = lowering.resource;
  const auto hash = engine::hash_of_context(lowering);
  const auto* registry = engine::registry_of_image(lowering, image);
  if (hash && image.config["to"].is_null()) {
    lowering.diagnostics.error("E0310", image.span,
                               "an image on Kubernetes needs a repository that pods can pull it from",
                               "not pushed anywhere", "declare one, and add: to = repository.NAME");
  }
  if (!hash || registry == nullptr) return engine::nothing(lowering, {"", "ref", "digest"});
  auto inputs = entries({{"repository", image.config["to"]},
                         {"tag", image.config["tag"]},
                         {"context", image.config["context"]},
                         {"dockerfile", image.config["dockerfile"]},
                         {"args", engine::texts_of(image.config["args"])},
                         {"context_hash", *hash},
                         {"insecure", engine::is_insecure(lowering, *registry)}});
  engine::add_own_labels(inputs, image);
  if (!image.config["target"].is_null()) inputs.set("target", image.config["target"]);
  const auto* repository = lowering.referred(image.config["to"]);
  if (repository->config["immutable"] == Value(true)) inputs.set("immutable", true);
  engine::add_access(inputs, lowering, *registry);
  Lowered out;
  auto part = lowering.part("image", "image", std::move(inputs));
  // The old one stays until nothing runs from it any more.
  if (part.options.replace == Replace::by_platform) part.options.replace = Replace::create_first;
  out.resources.push_back(std::move(part));
  const auto ref = part_of(image, "image", "ref");
  out.outputs = entries({{"", ref}, {"ref", ref}, {"digest", part_of(image, "image", "digest")}});
  return out;
}

}  // namespace infra::kubernetes
