// Everything that must hold of any state, whoever wrote it. A breach is a bug of ours or a hand's edit of the file.
#pragma once
#include <string>
#include <vector>

#include "state/state.h"

namespace infra {

// One message for each breach ("service.api/0 has two current rows"). Empty is good.
std::vector<std::string> check_snapshot(const Snapshot& snapshot);

}  // namespace infra
