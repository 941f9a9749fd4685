// The parts of a recorded deployment that are lists, as text.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "state/state.h"

namespace infra {

std::string encode_revisions(const std::vector<SealedRevision>& revisions);
std::optional<std::vector<SealedRevision>> decode_revisions(std::string_view text);

}  // namespace infra
