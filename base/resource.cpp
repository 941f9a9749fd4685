#include "base/resource.h"

#include <algorithm>

namespace infra {

Span Resource::place(std::string_view path) const {
  const auto at = std::lower_bound(places.begin(), places.end(), path,
                                   [](const auto& entry, std::string_view p) { return entry.first < p; });
  return at != places.end() && at->first == path ? at->second : span;
}

}  // namespace infra
