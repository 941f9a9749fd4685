// The tables of a state's file, and whether a file that is found has them.
#pragma once
#include <cstdint>
#include <string>

#include "base/sqlite.h"

namespace infra {

constexpr std::int64_t kStateApplicationId = 0x696e6672;  // "infr", in the file's header
constexpr std::int64_t kStateVersion = 2;                 // PRAGMA user_version

// The version of a state that this program knows. E0502 if it is something else or empty, E0503 if it is newer.
Result<std::int64_t> identify_state(sqlite::Database& database, const std::string& path);

// Inside a transaction: brings the tables from a version to ours; 0 is a new file.
Result<Ok> upgrade_state_tables(sqlite::Database& database, std::int64_t from);

}  // namespace infra
