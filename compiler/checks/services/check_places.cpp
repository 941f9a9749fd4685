#include "compiler/checks/services/check_places.h"

#include <algorithm>

namespace infra::checks {

std::optional<bool> is_public(const Resource& subnet) {
  const auto* stated = subnet.config["public"].boolean();
  return stated != nullptr ? std::optional(*stated) : std::nullopt;
}

std::string zone_of(const Resource& subnet) {
  const auto* zone = subnet.config["zone"].string();
  return zone != nullptr ? *zone : "";
}

std::set<std::string> zones_of(const Subnets& subnets) {
  std::set<std::string> out;
  for (const auto* subnet : subnets) out.insert(zone_of(*subnet));
  return out.contains("") ? std::set<std::string>() : out;
}

const std::string& stated_nat(const Resource& vpc) {
  static const std::string kNone;
  const auto* nat = vpc.config["aws"]["nat"].string();
  return nat != nullptr ? *nat : kNone;
}

Places::Places(const Graph& graph) : graph_(graph) {
  for (const auto& resource : graph.resources) {
    if (resource.address.kind == "vpc") by_vpc_[resource.address];
    const auto* vpc = resource.config["vpc"].ref();
    if (resource.address.kind == "subnet" && vpc != nullptr) by_vpc_[vpc->address].push_back(&resource);
  }
}

const Subnets* Places::of_vpc(const Address& vpc) const {
  const auto at = by_vpc_.find(vpc);
  return at != by_vpc_.end() && graph_.find(vpc) != nullptr ? &at->second : nullptr;
}

std::optional<Subnets> Places::named(const Value& list) const {
  const auto* all = list.list();
  if (all == nullptr) return std::nullopt;
  Subnets out;
  for (const auto& one : *all) {
    const auto* ref = one.ref();
    const auto* subnet = ref != nullptr && ref->attribute.empty() ? graph_.find(ref->address) : nullptr;
    if (subnet == nullptr || vpc_of(*subnet) == nullptr) return std::nullopt;
    out.push_back(subnet);
  }
  return out;
}

std::optional<Subnets> Places::usual(const Resource& cluster) const {
  const auto* vpc = cluster.config["vpc"].ref();
  const auto* all = vpc != nullptr ? of_vpc(vpc->address) : nullptr;
  if (all == nullptr || all->empty()) return std::nullopt;
  Subnets closed;
  for (const auto* subnet : *all) {
    const auto open = is_public(*subnet);
    if (!open) return std::nullopt;
    if (!*open) closed.push_back(subnet);
  }
  return closed.empty() ? *all : closed;
}

std::optional<Subnets> Places::of_tasks(const Use& use) const {
  const auto& stated = use.config("subnets");
  if (!stated.is_null()) return named(stated);
  return use.cluster != nullptr ? usual(*use.cluster) : std::nullopt;
}

bool Places::has_gateway(const Resource& vpc) const {
  const auto* subnets = of_vpc(vpc.address);
  return subnets == nullptr ||
         std::any_of(subnets->begin(), subnets->end(), [](const Resource* s) { return is_public(*s).value_or(true); });
}

bool Places::has_nat(const Resource& vpc) const {
  const auto& nat = vpc.config["aws"]["nat"];
  if (nat.is_null()) return has_gateway(vpc);  // one by itself
  return nat.string() == nullptr || *nat.string() != "none";
}

const Resource* Places::vpc_of(const Resource& subnet) const {
  const auto* vpc = subnet.config["vpc"].ref();
  return vpc != nullptr ? graph_.find(vpc->address) : nullptr;
}

bool Places::cut_off(const Resource& subnet) const {
  const auto* vpc = vpc_of(subnet);
  return vpc != nullptr && !is_public(subnet).value_or(true) && !has_nat(*vpc);
}

}  // namespace infra::checks
