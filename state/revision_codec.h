// Parts of a revision as texts, the same in every store.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "state/revision.h"

namespace infra {

std::optional<Revision::Result> revision_result(std::string_view text);

// JSON: [["main.infra", "<hash>", "x", 12], …]; "x" is executable, "l" a link, "h" no more than its hash is kept; its
// size.
std::string encode_sources(const std::vector<SourceRecord>& sources);
std::optional<std::vector<SourceRecord>> decode_sources(std::string_view json);

}  // namespace infra
