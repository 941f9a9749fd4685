#include "providers/engine/overlay.h"

namespace infra::engine {

namespace {

// Its vpc is no object of an engine: what is stated of that is true of its networks.
Map labels_of_network(const Lowering& lowering) {
  const auto* vpc = lowering.referred(lowering.resource.config["vpc"]);
  auto out = vpc != nullptr ? texts_of(vpc->config["labels"]) : Map();
  for (const auto& [name, value] : texts_of(lowering.resource.config["labels"])) out.set(name, value);
  return out;
}

LoweredResource network(const Lowering& lowering, std::string part, std::string type, Map inputs,
                        std::vector<Address> needs = {}) {
  inputs.set("name", world_name(lowering, lowering.resource));
  inputs.set("cidr", lowering.resource.config["cidr"]);
  if (auto labels = labels_of_network(lowering); !labels.empty()) inputs.set("labels", std::move(labels));
  auto out = lowering.part(std::move(part), std::move(type), std::move(inputs), std::move(needs));
  // An engine refuses two networks whose addresses overlap, so the old one has to go first.
  keep_derived_name(lowering.resource, out.options.ignore);
  if (out.options.replace == Replace::by_platform) out.options.replace = Replace::destroy_first;
  return out;
}

}  // namespace

// One network over all nodes, or, where the nodes are engines of one machine, one on each.
Lowered lower_subnet(const Lowering& lowering) {
  Lowered out;
  const auto& platform = lowering.context.platform;
  if (spans_nodes(platform)) {
    const auto* vpc = lowering.resource.config["vpc"].ref();
    std::vector<Address> needs;
    const auto* declared = vpc != nullptr ? lowering.context.resource(vpc->address.owner()) : nullptr;
    if (declared != nullptr && !declared->existing) needs.push_back(vpc->address.owner().with_part(kOverlay));
    out.resources.push_back(network(lowering, kOverlay, kOverlayNetwork, {}, std::move(needs)));
    return out;
  }
  for (const auto& node : nodes_of(platform)) {
    out.resources.push_back(network(lowering, node.name, "network", Map(std::vector<Entry>{{"node", node.name}})));
  }
  return out;
}

}  // namespace infra::engine
