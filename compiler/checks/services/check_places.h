// Where in a vpc something stands: subnets, their zones, and whether they lead outside.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/checks/services/check_use.h"

namespace infra::checks {

using Subnets = std::vector<const Resource*>;  // in the order of addresses, or as a list names them

class Places {
 public:
  explicit Places(const Graph& graph);

  // The subnets of a vpc that this stack makes; nullptr: it makes no such vpc.
  [[nodiscard]] const Subnets* of_vpc(const Address& vpc) const;
  // What a list of references names; nullopt: it isn't known, or not all of it is this stack's.
  [[nodiscard]] std::optional<Subnets> named(const Value& list) const;
  // Where the tasks of a service or job stand: in the subnets that it states, else in `usual`.
  [[nodiscard]] std::optional<Subnets> of_tasks(const Use& use) const;
  // The private subnets of the cluster's vpc, all if none is private: tasks and instances that state none stand there.
  [[nodiscard]] std::optional<Subnets> usual(const Resource& cluster) const;

  // Does the vpc have a gateway, because a subnet is public? True where that isn't known.
  [[nodiscard]] bool has_gateway(const Resource& vpc) const;
  // Do its private subnets reach the outside?
  [[nodiscard]] bool has_nat(const Resource& vpc) const;
  [[nodiscard]] const Resource* vpc_of(const Resource& subnet) const;  // nullptr: not this stack's
  // Nothing in this subnet reaches what is outside of its vpc.
  [[nodiscard]] bool cut_off(const Resource& subnet) const;

 private:
  const Graph& graph_;
  std::map<Address, Subnets> by_vpc_;
};

// nullopt: not known.
std::optional<bool> is_public(const Resource& subnet);
std::string zone_of(const Resource& subnet);             // empty: not stated or not known
std::set<std::string> zones_of(const Subnets& subnets);  // empty if one of them isn't known
const std::string& stated_nat(const Resource& vpc);      // empty: not stated

}  // namespace infra::checks
