#include "providers/engine/zones.h"

#include <fmt/format.h>

#include <algorithm>

namespace infra::engine {

namespace {

std::string zone_in(const Value& holder) {
  const auto* zone = holder["zone"].string();
  return zone != nullptr ? *zone : std::string();
}

std::string zone_of(const NodeInfo& node) { return zone_in(node.config["labels"]); }

std::string zone_of_node(const Lowering& lowering, const std::string& name) {
  for (const auto& node : nodes_of(lowering.context.platform)) {
    if (node.name == name) return zone_of(node);
  }
  return {};
}

bool is_one_zone(const std::vector<NodeInfo>& nodes) {
  return std::all_of(nodes.begin(), nodes.end(), [](const NodeInfo& node) { return zone_of(node).empty(); });
}

}  // namespace

std::vector<std::string> nodes_in_zones_of(const Lowering& lowering, const Subnets& subnets) {
  const auto nodes = nodes_of(lowering.context.platform);
  std::vector<std::string> zones;
  for (const auto* subnet : subnets) {
    if (auto zone = zone_in(subnet->config); !zone.empty()) zones.push_back(std::move(zone));
  }
  const bool all = zones.empty() || is_one_zone(nodes);
  std::vector<std::string> out;
  for (const auto& node : nodes) {
    if (all || std::find(zones.begin(), zones.end(), zone_of(node)) != zones.end()) out.push_back(node.name);
  }
  return out;
}

Subnets nearest_first(const Lowering& lowering, const Subnets& subnets, const std::string& node) {
  if (subnets.size() < 2) return subnets;
  const auto here = zone_of_node(lowering, node);
  if (here.empty()) return subnets;
  const auto distance = [&](const Resource* subnet) {
    const auto zone = zone_in(subnet->config);
    return zone == here ? 0 : zone.empty() ? 1 : 2;
  };
  auto out = subnets;
  std::stable_sort(out.begin(), out.end(),
                   [&](const Resource* a, const Resource* b) { return distance(a) < distance(b); });
  return out;
}

bool check_zones(const Lowering& lowering, const std::vector<std::string>& nodes, const std::string& kept_on) {
  if (!nodes.empty()) return true;
  const auto& resource = lowering.resource;
  const auto named = fmt::format("{} `{}`", resource.address.kind, resource.address.path);
  if (kept_on.empty()) {
    lowering.diagnostics.error("E0405", resource.place("subnets"),
                               fmt::format("{} stands in zones that no node has", named), "no node",
                               "give a node the zone: node a { labels = { zone: \"a\" } }");
    return false;
  }
  lowering.diagnostics.error(
      "E0405", resource.place("subnets"),
      fmt::format("{} stands in zones of which node `{}` has none, and its image is on that node alone", named,
                  kept_on),
      "not in its zone",
      "push the image to a registry that the other nodes reach, or name a subnet of that node's zone");
  return false;
}

}  // namespace infra::engine
