#include "base/values/join_all.h"

namespace infra {

// Neighbours first, then those pairs: each field is copied once a round, where joining one after the other would copy
// all that was found so far for each type.
std::optional<Type> join_all(std::vector<Type> types) {
  if (types.empty()) return Type();
  while (types.size() > 1) {
    std::size_t made = 0;
    for (std::size_t i = 0; i < types.size(); i += 2) {
      auto both = i + 1 < types.size() ? join(types[i], types[i + 1]) : std::optional(types[i]);
      if (!both) return std::nullopt;
      types[made++] = *std::move(both);
    }
    types.resize(made);
  }
  return std::move(types.front());
}

}  // namespace infra
