#include "providers/engine/lowering.h"

namespace infra::engine {

// One network on each node. Its containers reach those on the same node; a network over several nodes comes with the
// engines' overlay driver.
Lowered lower_subnet(const Lowering& lowering) {
  Lowered out;
  for (const auto& node : nodes_of(lowering.context.platform)) {
    auto network = lowering.part(node.name, "network",
                                 Map({{"node", node.name},
                                      {"name", world_name(lowering, lowering.resource)},
                                      {"cidr", lowering.resource.config["cidr"]}}));
    // An engine refuses two networks whose addresses overlap, so the old one has to go first.
    keep_derived_name(lowering.resource, network.options.ignore);
    if (network.options.replace == Replace::by_platform) network.options.replace = Replace::destroy_first;
    out.resources.push_back(std::move(network));
  }
  return out;
}

}  // namespace infra::engine
