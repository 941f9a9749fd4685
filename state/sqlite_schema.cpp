#include "state/sqlite_schema.h"

#include <fmt/format.h>

#include "state/faults.h"

namespace infra {
namespace {

// Resources lie in the order in which they are loaded; a key and its row are one B-tree entry, so that a load reads
// the file once from front to back. `depends_on` is a row of netstrings ("8:subnet.a,"). `sum`: see state/checksum.h.
constexpr const char* kTables = R"(
CREATE TABLE state (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  lineage TEXT NOT NULL,
  stack TEXT NOT NULL,
  serial INTEGER NOT NULL,
  sum INTEGER NOT NULL
) STRICT;
CREATE TABLE resource (
  kind TEXT NOT NULL,
  path TEXT NOT NULL,
  part TEXT NOT NULL,
  deposed INTEGER NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  platform TEXT NOT NULL,
  protect INTEGER NOT NULL,
  spec_hash TEXT NOT NULL,
  inputs TEXT NOT NULL,
  outputs TEXT NOT NULL,
  depends_on TEXT NOT NULL,
  sum INTEGER NOT NULL,
  PRIMARY KEY (kind, path, part, deposed, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE intent (
  token TEXT NOT NULL PRIMARY KEY,
  operation TEXT NOT NULL,
  kind TEXT NOT NULL,
  path TEXT NOT NULL,
  part TEXT NOT NULL,
  type TEXT NOT NULL,
  platform TEXT NOT NULL,
  id TEXT NOT NULL,
  spec_hash TEXT NOT NULL,
  inputs TEXT NOT NULL,
  protect INTEGER NOT NULL,
  deposes INTEGER NOT NULL,
  depends_on TEXT NOT NULL,
  sum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE output (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL,
  secret INTEGER NOT NULL,
  sum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE platform (
  name TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  config TEXT NOT NULL,
  sum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)";

Result<std::int64_t> pragma(sqlite::Database& database, std::string_view name) {
  auto statement = database.prepare(fmt::format("PRAGMA {}", name));
  if (!statement) return std::move(statement).error();
  std::int64_t value = 0;
  auto done = statement->each([&](const sqlite::Row& row) { value = row.integer(0); });
  if (!done) return std::move(done).error();
  return value;
}

}  // namespace

Result<Ok> identify_state(sqlite::Database& database, const std::string& path) {
  auto application = pragma(database, "application_id");
  if (!application) return std::move(application).error();
  auto version = pragma(database, "user_version");
  if (!version) return std::move(version).error();
  if (*application == kStateApplicationId) {
    if (*version > kStateVersion) return newer_state(path, *version, kStateVersion);
    if (*version == kStateVersion) return Ok{};
    return damaged_state(path, fmt::format("its header says format {}, which never was", *version));
  }
  auto tables = database.ask("SELECT count(*) FROM sqlite_schema");
  if (!tables) return std::move(tables).error();
  // Never taken for a state without resources: it may have been one that lost its content.
  if (*tables == "0") return not_a_state(path, "it is empty");
  return not_a_state(path, "it is another program's database");
}

Result<Ok> create_state_tables(sqlite::Database& database) {
  auto marked = database.execute(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kStateApplicationId, kStateVersion));
  if (!marked) return marked;
  return database.execute(kTables);
}

}  // namespace infra
