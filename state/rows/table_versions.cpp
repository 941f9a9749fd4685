#include "state/rows/table_versions.h"

#include <iterator>
#include <string>
#include <utility>

namespace infra {
namespace {

// Resources lie in the order in which they are loaded; a key and its row are one B-tree entry, so that a load reads
// the file once from front to back. `depends_on` is a row of netstrings ("8:subnet.a,"). `sum`: see
// state/rows/checksum.h.
constexpr const char* kVersion1 = R"(
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

// Leases (see state/store.h), secrets, and history. New columns stand behind the old ones, and count in a row's
// checksum only if they say something: so the sums of version 1 stay true.
constexpr const char* kVersion2 = R"(
ALTER TABLE state ADD COLUMN hash_key TEXT NOT NULL DEFAULT '';
ALTER TABLE resource ADD COLUMN keep INTEGER NOT NULL DEFAULT 0;
ALTER TABLE intent ADD COLUMN keep INTEGER NOT NULL DEFAULT 0;
ALTER TABLE intent ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
CREATE TABLE lease (
  fence INTEGER PRIMARY KEY AUTOINCREMENT,
  "user" TEXT NOT NULL,
  host TEXT NOT NULL,
  command TEXT NOT NULL,
  process INTEGER NOT NULL,
  since TEXT NOT NULL,
  everything INTEGER NOT NULL,
  machine TEXT NOT NULL,
  process_there INTEGER NOT NULL,
  started INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  ends_by_wall INTEGER NOT NULL
) STRICT;
CREATE TABLE lease_item (
  address TEXT NOT NULL,
  fence INTEGER NOT NULL,
  exclusive INTEGER NOT NULL,
  PRIMARY KEY (address, fence)
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_item_fence ON lease_item (fence);
CREATE TABLE secret (
  name TEXT NOT NULL PRIMARY KEY,
  key TEXT NOT NULL,
  box TEXT NOT NULL,
  updated TEXT NOT NULL,
  sum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE revision (
  number INTEGER PRIMARY KEY,
  result TEXT NOT NULL,
  started TEXT NOT NULL,
  finished TEXT NOT NULL,
  "user" TEXT NOT NULL,
  host TEXT NOT NULL,
  command TEXT NOT NULL,
  process INTEGER NOT NULL,
  stack TEXT NOT NULL,
  source_commit TEXT NOT NULL,
  serial_before INTEGER NOT NULL,
  serial_after INTEGER NOT NULL,
  plan TEXT NOT NULL,
  params TEXT NOT NULL,
  sources TEXT NOT NULL,
  sum INTEGER NOT NULL
) STRICT;
CREATE TABLE source_text (
  hash TEXT NOT NULL PRIMARY KEY,
  compressed BLOB NOT NULL
) STRICT;
)";

// Deployments of services: state/state.h, RecordedDeployment. `revisions` is JSON: [[revision, box], …].
constexpr const char* kVersion3 = R"(
CREATE TABLE deployment (
  name TEXT NOT NULL PRIMARY KEY,
  platform TEXT NOT NULL,
  from_revision TEXT NOT NULL,
  to_revision TEXT NOT NULL,
  status TEXT NOT NULL,
  failures INTEGER NOT NULL,
  started TEXT NOT NULL,
  ended TEXT NOT NULL,
  reason TEXT NOT NULL,
  commit_id TEXT NOT NULL,
  back_off TEXT NOT NULL,
  revisions TEXT NOT NULL,
  sum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)";

// What no file and no object says: state/state.h, RecordedNote.
constexpr const char* kVersion4 = R"(
CREATE TABLE note (
  topic TEXT NOT NULL,
  name TEXT NOT NULL,
  at TEXT NOT NULL,
  number INTEGER NOT NULL,
  text TEXT NOT NULL,
  sum INTEGER NOT NULL,
  PRIMARY KEY (topic, name)
) STRICT, WITHOUT ROWID;
)";

// What makes version n out of n - 1: a new file goes through all of them.
constexpr const char* kSteps[] = {kVersion1, kVersion2, kVersion3, kVersion4};
static_assert(std::size(kSteps) == kStateVersion);

// The words that PostgreSQL has for the same. Texts are bytes there: they may hold zeros, and are sorted by them.
std::string for_postgres(std::string text) {
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"INTEGER PRIMARY KEY AUTOINCREMENT", "BIGSERIAL PRIMARY KEY"},
      {"INTEGER", "BIGINT"},
      {"TEXT", "BYTEA"},
      {"BLOB", "BYTEA"},
      {" STRICT, WITHOUT ROWID", ""},
      {" STRICT", ""}};
  for (const auto& [theirs, ours] : kWords) {
    for (auto at = text.find(theirs); at != std::string::npos; at = text.find(theirs, at + ours.size())) {
      text.replace(at, theirs.size(), ours);
    }
  }
  return text;
}

}  // namespace

Result<Ok> upgrade_tables(sql::Session& session, std::int64_t from, Dialect dialect) {
  for (auto version = from; version < kStateVersion; ++version) {
    const std::string step = kSteps[version];
    auto done = session.execute(dialect == Dialect::postgres ? for_postgres(step) : step);
    if (!done) return done;
  }
  return Ok{};
}

}  // namespace infra
