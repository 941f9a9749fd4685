#include <fmt/format.h>

#include "base/hash.h"
#include "base/values/codec.h"
#include "providers/simulator/blueprint.h"

namespace infra::simulator {

std::string repository_of(const std::string& image) {
  if (const auto at = image.find('@'); at != std::string::npos) return image.substr(0, at);
  const auto colon = image.rfind(':');
  const auto slash = image.rfind('/');
  return colon != std::string::npos && (slash == std::string::npos || colon > slash) ? image.substr(0, colon) : image;
}

// What is built from the same content is the same image, whoever builds it.
Result<Blueprint> image_blueprint(Tables&, const Wish& wish) {
  const auto& inputs = wish.request.inputs;
  Map content;
  for (const char* name : {"context_hash", "dockerfile", "args", "target", "labels"}) content.set(name, inputs[name]);
  const std::string image_id = "sha256:" + sha256_hex("image " + to_json(content, ""));
  const std::string repository = text_of(inputs["repository"]);
  const std::string digest = repository.empty() ? image_id : "sha256:" + sha256_hex("manifest of " + image_id);
  const std::string ref = repository.empty() ? image_id : fmt::format("{}@{}", repository, digest);
  return Blueprint{.node = text_of(inputs["node"]),
                   .name = repository,
                   .key = ref,
                   .outputs = Map({{"digest", digest}, {"ref", ref}, {"image_id", image_id}})};
}

}  // namespace infra::simulator
