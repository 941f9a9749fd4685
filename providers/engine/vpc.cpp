#include <fmt/format.h>

#include "providers/engine/overlay.h"

namespace infra::engine {

namespace {

bool check_address(const Lowering& lowering, const NodeInfo& node) {
  if (address_among_nodes(node.config)) return true;
  const auto& platform = lowering.context.platform;
  lowering.diagnostics
      .error("E0418", platform.place("node." + node.name),
             fmt::format("vpc `{}` spans the nodes of `{}`, and the others can't tell where they reach node `{}`",
                         lowering.resource.address.path, platform.name, node.name),
             "neither its address nor its endpoint is an IP address of a network",
             "give it the address that it has in the network of the nodes: address = 10.0.0.5")
      .secondary.push_back({lowering.resource.span, "this vpc"});
  return false;
}

// Two machines that are one for the others can't be told apart: the engine of one of them would never join.
bool check_distinct(const Lowering& lowering, const Map& addresses, const NodeInfo& node, const std::string& address) {
  for (const auto& [other, taken] : addresses) {
    if (taken != Value(address)) continue;
    const auto& platform = lowering.context.platform;
    lowering.diagnostics.error(
        "E0418", platform.place("node." + node.name),
        fmt::format("nodes `{}` and `{}` of `{}` have one address, {}", other, node.name, platform.name, address), "",
        "give each the address that it has in the network of the nodes");
    return false;
  }
  return true;
}

}  // namespace

// On one node an engine has no object for a VPC: its subnets are the networks, and engines isolate networks from each
// other. On several the engines have to be joined first.
Lowered lower_vpc(const Lowering& lowering) {
  Lowered out;
  const auto& platform = lowering.context.platform;
  if (lowering.resource.existing || !spans_nodes(platform)) return out;
  Map addresses;
  bool known = true;
  for (const auto& node : nodes_of(platform)) {
    const auto address = address_among_nodes(node.config).value_or("");
    known = check_address(lowering, node) && (address.empty() || check_distinct(lowering, addresses, node, address)) &&
            known;
    addresses.set(node.name, address);
  }
  if (known) {
    out.resources.push_back(
        lowering.part(kOverlay, kOverlay, Map(std::vector<Entry>{{"nodes", std::move(addresses)}})));
  }
  return out;
}

}  // namespace infra::engine
