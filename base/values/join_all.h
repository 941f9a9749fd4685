// What many types have in common, in time that grows with their size and not with its square.
#pragma once
#include <optional>
#include <vector>

#include "base/values/type.h"

namespace infra {

// As join() of one after the other; of none it is the error type. nullopt if two have nothing in common.
std::optional<Type> join_all(std::vector<Type> types);

}  // namespace infra
