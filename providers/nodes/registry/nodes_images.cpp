#include "providers/nodes/registry/nodes_images.h"
#include "providers/nodes/tasks/container_list.h"

#include <fmt/format.h>

#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/registry/grant.h"
#include "providers/nodes/registry/registry_files.h"
#include "providers/nodes/repositories.h"
#include "providers/registry/stored_images.h"

namespace infra::nodes {

namespace {

constexpr std::chrono::seconds kRestart{30};  // of a registry, until it listens

Result<Ok> add_uses(Engine& engine, const Ownership& owner, ImageStore::Uses& out) {
  auto reply = engine.list("/containers/json?all=1", shapes::listed_container(), [&](const Value& entry) {
    out.names.emplace_back(text_of(entry["Image"]), listed_name(entry));
    const auto& labels = entry["Labels"];
    out.half_freed = out.half_freed ||
                     (text_of(labels["infra.lineage"]) == owner.lineage && !text_of(labels[kCollectLabel]).empty());
  });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return engine.refused(*reply, "list its containers");
  return Ok{};
}

}  // namespace

Result<Engine*> NodesImages::engine_of(const ImageRepository& repository) const {
  const auto at = engines_.find(repository.node);
  if (at != engines_.end()) return at->second.get();
  return Error{.code = "E0612", .message = fmt::format("the platform has no node `{}` any more", repository.node)};
}

registry::RegistryClient NodesImages::client_of(const ImageRepository& repository, const Cancel* cancel) const {
  return repository_client(with_grants(repository.inputs, kept_), cancel);
}

Result<std::vector<StoredImage>> NodesImages::images(const ImageRepository& repository, const Cancel& cancel) {
  const auto name = text_of(repository.inputs["name"]);
  const auto client = client_of(repository, &cancel);
  // One that is frozen is known by its greeting, long before a list is given up.
  if (auto there = client.answers(); !there) return std::move(there).error();
  std::optional<registry::StoredIndex> index;
  if (!repository.container.empty()) {
    auto engine = engine_of(repository);
    if (!engine) return std::move(engine).error();
    const Progress progress;
    const Context context{
        .engine = **engine, .owner = context_.owner, .sources = nullptr, .cancel = cancel, .progress = progress};
    auto read = read_stored_index(context, repository.container, name);
    if (!read) return std::move(read).error();
    index = *std::move(read);
  }
  return registry::stored_images(client, name, index, cancel);
}

Result<bool> NodesImages::remove(const ImageRepository& repository, const std::string& digest) {
  return client_of(repository, nullptr).remove(text_of(repository.inputs["name"]), digest);
}

Result<Ok> NodesImages::free_space(const ImageRepository& repository, const Cancel& cancel) {
  auto engine = engine_of(repository);
  if (!engine) return std::move(engine).error();
  const Progress progress;
  auto freed = collect_registry(
      {.engine = **engine, .owner = context_.owner, .sources = nullptr, .cancel = cancel, .progress = progress},
      repository.container);
  if (!freed) return freed;
  return wait_for_registry(client_of(repository, &cancel), kRestart, cancel, progress);
}

Result<ImageStore::Uses> NodesImages::uses() {
  Uses out;
  for (const auto& [name, engine] : engines_) {
    if (auto listed = add_uses(*engine, context_.owner, out); !listed) {
      out.unreachable.emplace_back(fmt::format("node {} of {}", name, context_.platform.name),
                                   std::move(listed).error());
    }
  }
  return out;
}

}  // namespace infra::nodes
