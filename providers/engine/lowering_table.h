// Which kinds a platform lowers, and which of their parts it doesn't build: a row a kind, for every platform alike.
#pragma once
#include <span>
#include <string_view>

#include "providers/engine/lowering.h"

namespace infra::engine {

struct LoweringRow {
  std::string_view kind;
  Lowered (*lower)(const Lowering& lowering);
};

struct LoweringTable {
  std::span<const LoweringRow> rows;
  std::span<const std::string_view> not_built;  // attributes and blocks of these kinds: "registry.image"

  [[nodiscard]] const LoweringRow* find(std::string_view kind) const;
  // As Platform::serves.
  [[nodiscard]] bool serves(std::string_view kind) const;
  // Of a kind without a row nothing comes out: the compiler has said that this platform doesn't serve it.
  [[nodiscard]] Lowered lower(const Lowering& lowering) const;
};

}  // namespace infra::engine
