#include "providers/aws/lower/aws_lower.h"

namespace infra::aws {

Lowered lower_image(const Lowering& lowering) {
  const auto& image = lowering.resource;
  const auto hash = engine::hash_of_context(lowering);
  const auto* repository = lowering.referred(image.config["to"]);
  if (hash && repository == nullptr && image.config["to"].is_null()) {
    lowering.diagnostics.error("E0310", image.span, "an image on AWS needs a repository that tasks can pull it from",
                               "not pushed anywhere", "declare one, and add: to = repository.NAME");
  }
  if (!hash || repository == nullptr) return engine::nothing(lowering, {"", "ref", "digest"});
  auto inputs = entries({{"repository", given_by(lowering, *repository, "repository", "url")},
                         {"tag", image.config["tag"]},
                         {"context", image.config["context"]},
                         {"dockerfile", image.config["dockerfile"]},
                         {"context_hash", *hash}});
  if (auto args = engine::texts_of(image.config["args"]); !args.empty()) inputs.set("args", std::move(args));
  engine::add_own_labels(inputs, image);
  if (!image.config["target"].is_null()) inputs.set("target", image.config["target"]);
  Lowered out;
  auto part = lowering.part("image", "image", std::move(inputs));
  // The old one stays until nothing runs from it any more.
  if (part.options.replace == Replace::by_platform) part.options.replace = Replace::create_first;
  out.resources.push_back(std::move(part));
  const auto ref = part_of(image, "image", "ref");
  out.outputs = entries({{"", ref}, {"ref", ref}, {"digest", part_of(image, "image", "digest")}});
  return out;
}

}  // namespace infra::aws
