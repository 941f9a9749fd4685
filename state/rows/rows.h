// Rows of the database ↔ plain values. Every row that is read is held against its checksum.
#pragma once
#include <string>

#include "base/databases/sql.h"
#include "state/state.h"

namespace infra {

// All tables in one read transaction. A state of an older version is read as it stands. E0502 if the rows don't add up.
Result<Snapshot> read_snapshot(sql::Session& sql, const std::string& path, std::int64_t version);

// The one row of table `state`.
struct StateHead {
  std::string lineage;
  std::string stack;
  Serial serial;
  std::uint64_t sum = 0;  // of all rows and of this head
  std::string hash_key;
};
Result<StateHead> read_head(sql::Session& sql, const std::string& path, std::int64_t version);

}  // namespace infra
