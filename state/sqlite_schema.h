// The tables of a state's file, and what a file that is found turns out to be.
#pragma once
#include <cstdint>
#include <string>

#include "base/sqlite.h"

namespace infra {

constexpr std::int64_t kStateApplicationId = 0x696e6672;  // "infr", in the file's header
constexpr std::int64_t kStateVersion = 1;                 // PRAGMA user_version

enum class StateFile {
  empty,  // no table yet: a first commit never came
  ours,
};
// E0502 if it is something else, E0503 if it is of a newer version.
Result<StateFile> identify_state(sqlite::Database& database, const std::string& path);

// Inside the transaction of the first commit.
Result<Ok> create_state_tables(sqlite::Database& database);

}  // namespace infra
