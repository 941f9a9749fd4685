#include "planner/decide/recorded_attributes.h"

#include <algorithm>

#include "providers/keeps_attributes.h"

namespace infra {
namespace {

void add_parts(const Snapshot& state, const Address& owner, std::vector<RecordedPart>& out) {
  auto at = std::lower_bound(state.resources.begin(), state.resources.end(), owner,
                             [](const RecordedResource& row, const Address& a) { return row.address < a; });
  for (; at != state.resources.end() && at->address.owner() == owner; ++at) {
    if (!at->deposed) out.push_back({at->address.part, at->inputs});
  }
}

// Also of what moves here from another address.
std::vector<RecordedPart> recorded_parts(const Graph& graph, const Snapshot& state, const Address& owner) {
  std::vector<RecordedPart> out;
  add_parts(state, owner, out);
  for (const auto& move : graph.moves) {
    if (move.to == owner) add_parts(state, move.from, out);
  }
  return out;
}

// `map` with what `path` ("container.web.image") names set; where a map on the way is missing nothing is.
Map with_value_at(Map map, std::string_view path, Value value) {
  const auto dot = path.find('.');
  const std::string name(path.substr(0, dot));
  if (dot == std::string_view::npos) {
    map.set(name, std::move(value));
    return map;
  }
  const auto* member = map.find(name);
  if (member == nullptr || member->map() == nullptr) return map;
  map.set(name, with_value_at(*member->map(), path.substr(dot + 1), std::move(value)));
  return map;
}

std::vector<std::string_view> kept_attributes(const Resource& resource, const Platform& platform) {
  std::vector<std::string_view> out(resource.options.ignore.begin(), resource.options.ignore.end());
  const auto* keeps = dynamic_cast<const KeepsAttributes*>(&platform);
  if (keeps == nullptr) return out;
  const auto own = keeps->kept_attributes(resource.address.kind);
  out.insert(out.end(), own.begin(), own.end());
  return out;
}

}  // namespace

void take_recorded_attributes(Graph& graph, const Platforms& platforms, const Snapshot& state) {
  for (auto& resource : graph.resources) {
    const auto* declared = graph.platform(resource.platform);
    const auto* platform = declared != nullptr ? platforms.find(declared->kind) : nullptr;
    if (platform == nullptr || resource.config.map() == nullptr) continue;
    const auto attributes = kept_attributes(resource, *platform);
    const auto parts =
        attributes.empty() ? std::vector<RecordedPart>() : recorded_parts(graph, state, resource.address);
    if (parts.empty()) continue;
    auto config = *resource.config.map();
    for (const auto attribute : attributes) {
      auto value = platform->recorded_attribute(resource.address.kind, attribute, parts);
      if (value) config = with_value_at(std::move(config), attribute, *std::move(value));
    }
    resource.config = std::move(config);
  }
}

}  // namespace infra
