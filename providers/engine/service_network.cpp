#include "providers/engine/service_network.h"

#include <algorithm>

#include "providers/engine/engine_existing.h"
#include "providers/engine/overlay.h"
#include "providers/engine/zones.h"

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

// By id, not by name: a network that is made anew takes its containers with it.
Value id_on(const Lowering& lowering, const Resource& network, const std::string& node) {
  const bool spans = spans_nodes(lowering.context.platform);
  if (!network.existing) return Ref{.address = network.address.with_part(spans ? kOverlay : node), .attribute = "id"};
  const auto* read = lowering.context.outputs(network.address);
  return read != nullptr ? (*read)[kNetworks][node] : Value(Unknown{network.address.text()});
}

}  // namespace

Subnets stated_subnets(const Lowering& lowering, const Resource& resource) {
  Subnets out;
  const auto* stated = resource.config["subnets"].list();
  if (stated == nullptr) return out;
  for (const auto& one : *stated) {
    const auto* subnet = lowering.referred(one);
    if (subnet != nullptr && std::find(out.begin(), out.end(), subnet) == out.end()) out.push_back(subnet);
  }
  return out;
}

Subnets subnets_of(const Lowering& lowering, const ServiceView& view) {
  if (view.mode != "awsvpc") return {};
  auto stated = stated_subnets(lowering, *view.service);
  const auto* vpc = view.cluster != nullptr ? view.cluster->config["vpc"].ref() : nullptr;
  if (!stated.empty() || vpc == nullptr) return stated;
  const auto* declared = lowering.referred(*vpc);
  if (declared != nullptr && declared->existing) return {declared};
  const auto* usual = subnet_of_vpc(lowering, vpc->address);
  return usual != nullptr ? Subnets{usual} : Subnets();
}

List networks_on(const Lowering& lowering, const Subnets& subnets, const std::string& node) {
  List out;
  out.reserve(subnets.size());
  for (const auto* subnet : nearest_first(lowering, subnets, node)) out.push_back(id_on(lowering, *subnet, node));
  return out;
}

std::string network_alias(const ServiceView& view) {
  const auto* name = view.service->config["name"].string();
  return run_time_name(name != nullptr ? *name : view.service->address.path);
}

}  // namespace infra::engine
