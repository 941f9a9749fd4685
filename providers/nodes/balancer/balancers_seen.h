// The load balancers that stand on an engine, whoever's they are: known by the labels of their containers.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "providers/nodes/context.h"

namespace infra::nodes::balancer {

// Labels of its container.
inline constexpr const char* kGatewayLabel = "infra.gateway";
inline constexpr const char* kAliasLabel = "infra.alias";

using Engines = std::map<std::string, std::unique_ptr<Engine>>;

// "LINEAGE/load_balancer.front": one load balancer on all of its nodes, however often its containers are made anew.
std::string identity_of(const Ownership& owner, const Address& address);

struct BalancerSeen {
  std::string container;
  std::string name;  // "shop-front", as its container's begins
  Ownership owner;
  Address address;      // of its declaration
  std::string gateway;  // that it listens on alone; empty: at all addresses of its node
  std::string alias;    // of one that stands in its VPC's networks, which span nodes
  bool running = false;
  // Without a port. `host`: where its node is reached.
  [[nodiscard]] std::string at(const std::string& host) const {
    return !alias.empty() ? alias : !gateway.empty() ? gateway : host;
  }
  [[nodiscard]] std::string identity() const { return identity_of(owner, address); }
};
Result<std::vector<BalancerSeen>> balancers_on(Engine& engine);

struct BalancerPlace {
  Engine* engine = nullptr;
  BalancerSeen seen;
};
// On the nodes that answer: one that doesn't, of several, is no reason not to know where the others are. An error only
// if none is found and a node was silent.
Result<std::vector<BalancerPlace>> balancers_where(const Engines& engines,
                                                   const std::function<bool(const BalancerSeen&)>& wanted);

// Provider::read of the types "load_balancer" (by NAME) and "listener" (by NAME:PORT), on whichever nodes it stands:
// { balancer, address } and a listener's { port, protocol }. E0714: there are two of that name, or it is this stack's.
Result<std::optional<FoundObject>> find_balancer(const Engines& engines, const Ownership& reader,
                                                 const std::string& type, const std::string& id,
                                                 const std::function<std::string(const std::string&)>& host_of);

}  // namespace infra::nodes::balancer
