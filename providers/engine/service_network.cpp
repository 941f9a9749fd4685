#include "providers/engine/service_network.h"

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

}  // namespace

const Resource* subnet_of(const Lowering& lowering, const ServiceView& view) {
  if (view.mode != "awsvpc") return nullptr;
  const auto* found = stated_subnet(lowering, view.service->config["subnets"]);
  const auto* vpc = view.cluster != nullptr ? view.cluster->config["vpc"].ref() : nullptr;
  if (found == nullptr && vpc != nullptr) found = subnet_of_vpc(lowering, vpc->address);
  return found;
}

Value network_input(const ServiceView& view, const Resource* subnet, const std::string& node, const Address& owner,
                    bool joins_owner) {
  if (view.mode != "awsvpc") return Map(std::vector<Entry>{{"mode", view.mode}});
  if (joins_owner) {
    return Map({{"mode", "container"}, {"container", Ref{.address = owner, .attribute = "id"}}});
  }
  const auto* name = view.service->config["name"].string();
  const auto alias = run_time_name(name != nullptr ? *name : view.service->address.path);
  // By id, not by name: a network that is made anew takes its containers with it.
  return Map({{"mode", "network"},
              {"network", Ref{.address = subnet->address.with_part(node), .attribute = "id"}},
              {"aliases", List({alias})}});
}

}  // namespace infra::engine
