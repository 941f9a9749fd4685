#include "compiler/checks/check_parts.h"

#include <fmt/format.h>

#include "compiler/kinds.h"

namespace infra::checks {
namespace {

class Walk {
 public:
  explicit Walk(const Resource& resource) : resource_(resource), name_(resource.address.kind) { out_.reserve(16); }

  void body(const Schema& schema, const Value& config) {
    for (const auto& attribute : schema.attributes) {
      const Longer path(path_, attribute.name);
      const auto span = resource_.written(path_);
      if (!span) continue;
      out_.push_back({.path = path_,
                      .name = name_ + '.' + attribute.name,
                      .span = *span,
                      .attribute = &attribute,
                      .value = &config[attribute.name]});
    }
    for (const auto& slot : schema.blocks) {
      if (slot.resource) continue;
      const Longer path(path_, slot.name);
      const Longer dot(name_, ".");
      const Longer name(name_, slot.name);
      blocks(slot, config[slot.name]);
    }
  }

  std::vector<Part> take() { return std::move(out_); }

 private:
  // A text that is longer while this lives: most paths are only looked up, and need no string of their own.
  class Longer {
   public:
    Longer(std::string& text, std::string_view more) : text_(text), size_(text.size()) { text += more; }
    ~Longer() { text_.resize(size_); }
    Longer(const Longer&) = delete;
    Longer& operator=(const Longer&) = delete;

   private:
    std::string& text_;
    std::size_t size_;
  };

  void blocks(const Block& slot, const Value& value) {
    if (slot.labelled) {
      if (value.map() == nullptr) return;
      for (const auto& [label, inner] : *value.map()) labelled(slot, inner, label);
    } else if (const auto* list = value.list()) {
      for (std::size_t i = 0; i < list->size(); ++i) labelled(slot, (*list)[i], std::to_string(i));
    } else if (value.map() != nullptr) {
      block(slot, value);
    }
  }

  void labelled(const Block& slot, const Value& value, std::string_view label) {
    const Longer dot(path_, ".");
    const Longer path(path_, label);
    block(slot, value);
  }

  void block(const Block& slot, const Value& value) {
    out_.push_back({.path = path_, .name = name_, .span = resource_.place(path_), .block = &slot, .value = &value});
    const Longer dot(path_, ".");
    body(*slot.schema, value);
  }

  const Resource& resource_;
  std::string path_;  // in the config, where the walk is
  std::string name_;  // in the schema
  std::vector<Part> out_;
};

}  // namespace

std::vector<Part> written_parts(const Resource& resource) {
  const auto* kind = find_kind(resource.address.kind);
  if (kind == nullptr) return {};
  Walk walk(resource);
  walk.body(*kind->schema, resource.config);
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
