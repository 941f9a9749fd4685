#include <fmt/format.h>

#include "providers/engine/build_context.h"
#include "providers/engine/registry/registry_access.h"

namespace infra::engine {

namespace {

std::string text_or(const Value& value, const std::string& fallback) {
  return value.string() != nullptr ? *value.string() : fallback;
}

Map image_inputs(const Lowering& lowering, const std::string& hash) {
  const auto& config = lowering.resource.config;
  Map inputs({{"node", nodes_of(lowering.context.platform).front().name},
              {"repository", ""},
              {"tag", text_or(config["tag"], "latest")},
              {"context", config["context"]},
              {"dockerfile", text_or(config["dockerfile"], "Dockerfile")},
              {"args", texts_of(config["args"])},
              {"context_hash", hash}});
  if (!config["target"].is_null()) inputs.set("target", config["target"]);
  add_own_labels(inputs, lowering.resource);
  return inputs;
}

}  // namespace

std::optional<std::string> hash_of_context(const Lowering& lowering) {
  const auto& image = lowering.resource;
  const auto context = text_or(image.config["context"], "");
  const auto dockerfile = text_or(image.config["dockerfile"], "Dockerfile");
  auto report = [&](const Error& error) -> std::optional<std::string> {
    lowering.diagnostics.error(error.code, image.place("context"),
                               fmt::format("image `{}` can't be built: {}", image.address.path, error.message), "",
                               error.help);
    return std::nullopt;
  };
  const auto files = build_context(lowering.context.sources, context, dockerfile);
  if (!files) return report(files.error());
  const auto hash = context_hash(lowering.context.sources, *files);
  if (!hash) return report(hash.error());
  return *hash;
}

Map texts_of(const Value& args) {
  Map out;
  if (args.map() == nullptr) return out;
  for (const auto& [name, value] : *args.map()) {
    const auto text = to_text(value);
    out.set(name, text ? Value(*text) : value);
  }
  return out;
}

void add_own_labels(Map& inputs, const Resource& resource) {
  if (auto labels = texts_of(resource.config["labels"]); !labels.empty()) inputs.set("labels", std::move(labels));
}

Lowered lower_image(const Lowering& lowering) {
  const auto& image = lowering.resource;
  const auto hash = hash_of_context(lowering);
  if (!hash) return nothing(lowering, {"", "ref", "digest"});
  auto inputs = image_inputs(lowering, *hash);
  std::vector<Address> needs;
  if (const auto* registry = registry_of_image(lowering, image)) {
    const auto* repository = lowering.referred(image.config["to"]);
    inputs.set("repository", image.config["to"]);
    inputs.set("insecure", is_insecure(lowering, *registry));
    const auto* immutable = repository->config["immutable"].boolean();
    if (immutable != nullptr && *immutable) inputs.set("immutable", true);
    if (repository->config["lifecycle"].map() != nullptr) inputs.set("retain", true);
    add_access(inputs, lowering, *registry);
    needs.push_back(repository->address.with_part("repository"));
  }
  auto part = lowering.part("image", "image", std::move(inputs), std::move(needs));
  // The old one stays until nothing runs from it any more.
  if (part.options.replace == Replace::by_platform) part.options.replace = Replace::create_first;
  const auto address = part.address;
  Lowered out;
  out.resources.push_back(std::move(part));
  out.outputs = Map({{"", Ref{.address = address, .attribute = "ref"}},
                     {"ref", Ref{.address = address, .attribute = "ref"}},
                     {"digest", Ref{.address = address, .attribute = "digest"}}});
  return out;
}

}  // namespace infra::engine
