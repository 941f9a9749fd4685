#include "state/rows/table_sql.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace infra {

std::string ColumnList::text(std::int64_t version) const {
  if (version >= 2 || later_.empty()) return fmt::format("{}", fmt::join(names_, ", "));
  auto names = names_;
  for (const auto at : later_) names[at] = "0";
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string insert_text(const TableFacts& table, const ColumnList& columns) {
  const std::vector<const char*> marks(columns.names().size() + 1, "?");
  return fmt::format("INSERT INTO {} ({}, sum) VALUES ({})", table.name, fmt::join(columns.names(), ", "),
                     fmt::join(marks, ", "));
}

std::string where_text(const TableFacts& table) {
  std::string key = table.key;
  for (auto at = key.find(", "); at != std::string::npos; at = key.find(", ", at)) key.replace(at, 2, " = ? AND ");
  return fmt::format("FROM {} WHERE {} = ?", table.name, key);
}

}  // namespace infra
