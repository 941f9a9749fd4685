#include "compiler/checks/parts.h"

#include <fmt/format.h>

#include "compiler/kinds.h"

namespace infra::checks {
namespace {

class Walk {
 public:
  explicit Walk(const Resource& resource) : resource_(resource) {}

  void body(const Schema& schema, const Value& config, const std::string& path, const std::string& name) {
    for (const auto& attribute : schema.attributes) {
      const auto span = resource_.written(path + attribute.name);
      if (!span) continue;
      out_.push_back({.path = path + attribute.name,
                      .name = fmt::format("{}.{}", name, attribute.name),
                      .span = *span,
                      .attribute = &attribute,
                      .value = &config[attribute.name]});
    }
    for (const auto& slot : schema.blocks) {
      if (!slot.resource) blocks(slot, config[slot.name], path + slot.name, fmt::format("{}.{}", name, slot.name));
    }
  }

  std::vector<Part> take() { return std::move(out_); }

 private:
  void blocks(const Block& slot, const Value& value, const std::string& path, const std::string& name) {
    if (slot.labelled) {
      if (value.map() == nullptr) return;
      for (const auto& [label, inner] : *value.map()) block(slot, inner, fmt::format("{}.{}", path, label), name);
    } else if (const auto* list = value.list()) {
      for (std::size_t i = 0; i < list->size(); ++i) block(slot, (*list)[i], fmt::format("{}.{}", path, i), name);
    } else if (value.map() != nullptr) {
      block(slot, value, path, name);
    }
  }

  void block(const Block& slot, const Value& value, const std::string& path, const std::string& name) {
    out_.push_back({.path = path, .name = name, .span = resource_.place(path), .block = &slot, .value = &value});
    body(*slot.schema, value, path + ".", name);
  }

  const Resource& resource_;
  std::vector<Part> out_;
};

}  // namespace

std::vector<Part> written_parts(const Resource& resource) {
  const auto* kind = find_kind(resource.address.kind);
  if (kind == nullptr) return {};
  Walk walk(resource);
  walk.body(*kind->schema, resource.config, "", resource.address.kind);
  return walk.take();
}

std::string named(const Resource& resource) {
  return fmt::format("{} `{}`", resource.address.kind, resource.address.path);
}

std::string owner_of(const Resource& resource, const Part& part) {
  constexpr std::string_view kContainer = "container.";
  if (!part.path.starts_with(kContainer)) return named(resource);
  const auto label = std::string_view(part.path).substr(kContainer.size());
  return fmt::format("container `{}`", label.substr(0, label.find('.')));
}

}  // namespace infra::checks
