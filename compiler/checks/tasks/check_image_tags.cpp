#include <fmt/format.h>

#include <map>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"

namespace infra::checks {
namespace {

const Resource* immutable_target(const Graph& graph, const Resource& image) {
  const auto* ref = image.config["to"].ref();
  const auto* repository = ref != nullptr ? graph.find(ref->address) : nullptr;
  const auto* immutable = repository != nullptr ? repository->config["immutable"].boolean() : nullptr;
  return immutable != nullptr && *immutable ? repository : nullptr;
}

}  // namespace

// In an immutable repository a tag is given once: whoever pushes second is refused.
void image_tags(const CheckInput& input, Diagnostics& diagnostics) {
  std::map<std::pair<const Resource*, std::string>, const Resource*> seen;  // images by repository and tag
  for (const auto& image : input.graph.resources) {
    const auto* tag = image.address.kind == "image" ? image.config["tag"].string() : nullptr;
    const auto* repository = tag != nullptr ? immutable_target(input.graph, image) : nullptr;
    if (repository == nullptr) continue;
    const auto [first, fresh] = seen.try_emplace({repository, *tag}, &image);
    if (fresh) continue;
    const bool swapped = image.place("tag") < first->second->place("tag");
    const auto& later = swapped ? *first->second : image;
    const auto& earlier = swapped ? image : *first->second;
    auto& diagnostic = diagnostics.error("E0415", later.place("tag"),
                                         fmt::format("{} and {} both push the tag `{}` to {}, where a tag never moves",
                                                     named(earlier), named(later), *tag, named(*repository)),
                                         "pushed already", "give each a tag of its own");
    diagnostic.secondary.push_back({earlier.place("tag"), "pushes it, too"});
    diagnostic.secondary.push_back({repository->place("immutable"), "a tag never moves"});
  }
}

}  // namespace infra::checks
