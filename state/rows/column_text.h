// Members that stand in a column as text: the same in every database and in each checksum.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "state/revision.h"
#include "state/state.h"

namespace infra {

// "create", "running": to_text() of these.
std::string encode(Operation operation);
std::string encode(Revision::Result result);
// Netstrings: "8:subnet.a,".
std::string encode(const std::vector<Address>& addresses);
// JSON: [[revision, box], …].
std::string encode(const std::vector<SealedRevision>& revisions);
// JSON: [["main.infra", "<hash>", "x", 12], …]; "x" is executable, "l" a link, "h" no more than its hash is kept; its
// size.
std::string encode(const std::vector<SourceRecord>& sources);

// False: no text that encode() ever wrote; `out` is then worth nothing.
bool decode(std::string_view text, Operation& out);
bool decode(std::string_view text, Revision::Result& out);
bool decode(std::string_view text, std::vector<Address>& out);
bool decode(std::string_view text, std::vector<SealedRevision>& out);
bool decode(std::string_view text, std::vector<SourceRecord>& out);

}  // namespace infra
