// A state for people and for programs. Sorted, the same on every machine; secrets are never in it.
#pragma once
#include <string>

#include "state/state.h"

namespace infra {

// `infra show state`.
std::string dump_state(const Snapshot& snapshot);
// `infra show state --json`: {format_version, stack, lineage, serial, resources, intents, outputs, platforms}.
std::string state_to_json(const Snapshot& snapshot);

}  // namespace infra
