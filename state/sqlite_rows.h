// Rows of the SQLite state ↔ plain values. Every row that is read is held against its checksum.
#pragma once
#include <optional>
#include <string>

#include "base/sqlite.h"
#include "state/state.h"

namespace infra {

// All tables in one read transaction. A state of an older version is read as it stands. E0502 if the rows don't add up.
Result<Snapshot> read_snapshot(sqlite::Database& database, const std::string& path, std::int64_t version);

// The one row of table `state`.
struct StateHead {
  std::string lineage;
  std::string stack;
  Serial serial;
  std::uint64_t sum = 0;  // of all rows and of this head
  std::string hash_key;
};
Result<StateHead> read_head(sqlite::Database& database, const std::string& path, std::int64_t version);

// In the order of the table's columns. nullopt: no row that we ever wrote.
std::optional<RecordedResource> resource_of(const sqlite::Row& row);

std::string encode_addresses(const std::vector<Address>& addresses);
std::optional<std::vector<Address>> decode_addresses(std::string_view text);

}  // namespace infra
