// Revisions and their sources as rows. Sources are compressed, and kept once however many revisions have them.
#pragma once
#include <vector>

#include "base/databases/sql.h"
#include "state/revision.h"

namespace infra {

// Inside a write transaction: the number that the revision got.
Result<std::uint64_t> add_revision(sql::Session& sql, Revision revision, const SourceTexts& sources);
Result<Ok> put_revision(sql::Session& sql, const Revision& revision);

Result<std::vector<Revision>> read_history(sql::Session& sql, const std::string& path);
// E0509 if there is no such revision.
Result<SourceTexts> read_sources(sql::Session& sql, const std::string& path, std::uint64_t number);

}  // namespace infra
