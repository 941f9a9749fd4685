#include "base/values/resource.h"

#include <algorithm>

namespace infra {

namespace {

Span find(const std::vector<std::pair<std::string, Span>>& places, std::string_view path, Span fallback) {
  const auto at = std::lower_bound(places.begin(), places.end(), path,
                                   [](const auto& entry, std::string_view p) { return entry.first < p; });
  return at != places.end() && at->first == path ? at->second : fallback;
}

}  // namespace

Span Resource::place(std::string_view path) const { return find(places, path, span); }

std::optional<Span> Resource::written(std::string_view path) const {
  const Span found = find(places, path, {});
  return found.somewhere() ? std::optional(found) : std::nullopt;
}

Span PlatformDecl::place(std::string_view path) const { return find(places, path, span); }

}  // namespace infra
