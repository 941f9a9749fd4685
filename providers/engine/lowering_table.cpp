#include "providers/engine/lowering_table.h"

#include <algorithm>

namespace infra::engine {

const LoweringRow* LoweringTable::find(std::string_view kind) const {
  const auto at = std::find_if(rows.begin(), rows.end(), [&](const LoweringRow& row) { return row.kind == kind; });
  return at != rows.end() ? &*at : nullptr;
}

bool LoweringTable::serves(std::string_view kind) const {
  return find(kind.substr(0, kind.find('.'))) != nullptr &&
         std::find(not_built.begin(), not_built.end(), kind) == not_built.end();
}

Lowered LoweringTable::lower(const Lowering& lowering) const {
  const auto* row = find(lowering.resource.address.kind);
  return row != nullptr ? row->lower(lowering) : Lowered();
}

}  // namespace infra::engine
