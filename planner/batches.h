// Rolling changes: which parts of an owner take turns.
#pragma once
#include <vector>

#include "planner/draft.h"

namespace infra {

// Slots that change together because they hang on one another: the containers of one copy.
using Turn = std::vector<std::size_t>;

// The chained slots of each batch of each owner, in the order of their turns ("2" before "10").
std::vector<std::vector<Turn>> find_turns(const Draft& draft);

}  // namespace infra
