// The tables of a state, in all their versions.
#pragma once
#include <cstdint>

#include "base/databases/sql.h"

namespace infra {

constexpr std::int64_t kStateVersion = 4;

enum class Dialect { sqlite, postgres };
// Inside a transaction: brings the tables from a version to ours; 0 is nothing at all.
Result<Ok> upgrade_tables(sql::Session& session, std::int64_t from, Dialect dialect);

}  // namespace infra
