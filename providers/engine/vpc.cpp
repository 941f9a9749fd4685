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
             "its endpoint is no IP address of a network",
             "give it the address that it has in the network of the nodes: address = 10.0.0.5")
      .secondary.push_back({lowering.resource.span, "this vpc"});
  return false;
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
    known = check_address(lowering, node) && known;
    addresses.set(node.name, address_among_nodes(node.config).value_or(""));
  }
  if (known) {
    out.resources.push_back(
        lowering.part(kOverlay, kOverlay, Map(std::vector<Entry>{{"nodes", std::move(addresses)}})));
  }
  return out;
}

}  // namespace infra::engine
