#include "providers/engine/service_network.h"

#include "providers/engine/engine_existing.h"
#include "providers/engine/overlay.h"

namespace infra::engine {

namespace {

bool is_public(const Resource& subnet) {
  const auto* yes = subnet.config["public"].boolean();
  return yes != nullptr && *yes;
}

const Resource* subnet_of_vpc(const Lowering& lowering, const Address& vpc) {
  const Resource* first_public = nullptr;
  for (const auto* subnet : lowering.of_kind("subnet")) {
    const auto* parent = subnet->config["vpc"].ref();
    if (parent == nullptr || parent->address != vpc) continue;
    if (!is_public(*subnet)) return subnet;
    if (first_public == nullptr) first_public = subnet;
  }
  return first_public;
}

const Resource* stated_subnet(const Lowering& lowering, const Value& subnets) {
  const auto* list = subnets.list();
  return list != nullptr && !list->empty() ? lowering.referred(list->front()) : nullptr;
}

// By id, not by name: a network that is made anew takes its containers with it.
Value id_on(const Lowering& lowering, const Resource& network, const std::string& node) {
  const bool spans = spans_nodes(lowering.context.platform);
  if (!network.existing) return Ref{.address = network.address.with_part(spans ? kOverlay : node), .attribute = "id"};
  const auto* read = lowering.context.outputs(network.address);
  return read != nullptr ? (*read)[kNetworks][node] : Value(Unknown{network.address.text()});
}

}  // namespace

const Resource* subnet_of(const Lowering& lowering, const ServiceView& view) {
  if (view.mode != "awsvpc") return nullptr;
  const auto* found = stated_subnet(lowering, view.service->config["subnets"]);
  const auto* vpc = view.cluster != nullptr ? view.cluster->config["vpc"].ref() : nullptr;
  if (found != nullptr || vpc == nullptr) return found;
  const auto* declared = lowering.referred(*vpc);
  if (declared != nullptr && declared->existing) return declared;
  return subnet_of_vpc(lowering, vpc->address);
}

Value network_on(const Lowering& lowering, const Resource& subnet, const std::string& node) {
  return id_on(lowering, subnet, node);
}

std::string network_alias(const ServiceView& view) {
  const auto* name = view.service->config["name"].string();
  return run_time_name(name != nullptr ? *name : view.service->address.path);
}

}  // namespace infra::engine
