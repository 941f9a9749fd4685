// SQLite doesn't notice a flipped bit in a row. The state does: every row carries a checksum, and the state's own row
// the sum over all of them, so that a changed, lost or doubled row is found when the state is loaded. Not
// cryptographic.
#pragma once
#include <cstdint>

#include "state/revision.h"
#include "state/state.h"

namespace infra {

// Part of the file format: version 1 of the schema.
std::uint64_t checksum(const RecordedResource& resource);
std::uint64_t checksum(const Intent& intent);
std::uint64_t checksum(const RecordedOutput& output);
std::uint64_t checksum(const RecordedPlatform& platform);
std::uint64_t checksum(const RecordedSecret& secret);
std::uint64_t checksum(const RecordedDeployment& deployment);
std::uint64_t checksum(const RecordedNote& note);
std::uint64_t checksum(const Revision& revision);  // of its row alone: history is no part of the total
// Of what identifies the state; the rows' checksums are added to it.
std::uint64_t checksum_of_head(const std::string& lineage, const std::string& stack, Serial serial);

}  // namespace infra
