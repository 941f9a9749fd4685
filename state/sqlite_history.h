// Revisions and their sources as rows. Sources are compressed, and kept once however many revisions have them.
#pragma once
#include <vector>

#include "base/sqlite.h"
#include "state/revision.h"

namespace infra {

// Inside a write transaction: the number that the revision got.
Result<std::uint64_t> add_revision(sqlite::Statements& sql, Revision revision, const SourceTexts& sources);
Result<Ok> put_revision(sqlite::Statements& sql, const Revision& revision);

Result<std::vector<Revision>> read_history(sqlite::Database& database, const std::string& path);
// E0509 if there is no such revision.
Result<SourceTexts> read_sources(sqlite::Database& database, const std::string& path, std::uint64_t number);

}  // namespace infra
