#include "tests/readers/accepted.h"

#include <algorithm>

namespace infra::testing {

namespace {

class Walk {
 public:
  explicit Walk(const Platform& platform) : platform_(platform) {}

  void kind(const Kind& kind) {
    if (kind.role != KindRole::resource || !is_here(kind.platforms) || !platform_.serves(kind.schema->name)) return;
    body(kind, *kind.schema, {}, kind.schema->name);
    body(kind, common_options(), {}, kind.schema->name);
  }

  [[nodiscard]] std::vector<Accepted> take() { return std::move(out_); }

 private:
  [[nodiscard]] bool is_here(const std::vector<std::string>& platforms) const {
    return platforms.empty() || std::find(platforms.begin(), platforms.end(), platform_.kind()) != platforms.end();
  }

  // NOLINTNEXTLINE(misc-no-recursion): as deep as the schemas
  void body(const Kind& kind, const Schema& schema, const std::vector<const Block*>& blocks, const std::string& name) {
    for (const auto& attribute : schema.attributes) {
      const auto full = name + "." + attribute.name;
      const bool stated = std::any_of(out_.begin(), out_.end(), [&](const Accepted& one) { return one.name == full; });
      if (stated || attribute.computed || !is_here(attribute.platforms) || !platform_.serves(full)) continue;
      out_.push_back({&kind, blocks, &attribute, full});
    }
    for (const auto& block : schema.blocks) {
      const auto full = name + "." + block.name;
      if (block.resource || !is_here(block.platforms) || !platform_.serves(full)) continue;
      auto below = blocks;
      below.push_back(&block);
      body(kind, *block.schema, below, full);
    }
  }

  const Platform& platform_;
  std::vector<Accepted> out_;
};

}  // namespace

std::vector<Accepted> accepted_by(const Platform& platform) {
  Walk walk(platform);
  for (const auto& kind : all_kinds()) walk.kind(kind);
  return walk.take();
}

}  // namespace infra::testing
