// A state as one JSON document from which it can be made again, byte for byte: `infra state pull` and `push`. Secrets
// stay what they are in the state: keyed hashes.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "state/state.h"

namespace infra {

std::string state_copy(const Snapshot& state);
// E0516 if the text is none, or of a newer format.
Result<Snapshot> state_from_copy(std::string_view json);

}  // namespace infra
