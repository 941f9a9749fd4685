#include <algorithm>

#include "providers/engine/engine_types.h"

namespace infra::engine {

namespace {

std::vector<NodeInfo> simulated(std::int64_t count) {
  std::vector<NodeInfo> out;
  for (std::int64_t i = 1; i <= count; ++i) {
    out.push_back({.name = "n" + std::to_string(i), .config = Map(std::vector<Entry>{{"endpoint", "simulated"}})});
  }
  // By name, as the nodes of a real platform are: n10 stands before n2.
  std::sort(out.begin(), out.end(), [](const NodeInfo& a, const NodeInfo& b) { return a.name < b.name; });
  return out;
}

}  // namespace

std::vector<NodeInfo> nodes_of(const PlatformDecl& platform) {
  if (platform.kind == "simulator") {
    const auto* count = platform.config["nodes"].integer();
    return simulated(count != nullptr ? *count : 1);
  }
  std::vector<NodeInfo> out;
  const auto* nodes = platform.config["node"].map();
  if (nodes == nullptr) return out;
  for (const auto& [name, config] : *nodes) out.push_back({.name = name, .config = config});
  return out;
}

}  // namespace infra::engine
