#include "providers/aws/lower/place.h"

#include <algorithm>

namespace infra::aws {

namespace {

Place place_in(const Lowering& lowering, std::vector<const Resource*> subnets) {
  Place out{.subnets = std::move(subnets)};
  for (const auto* subnet : out.subnets) {
    out.all_public = out.all_public && subnet->config["public"] == Value(true);
    out.vpc = lowering.referred(subnet->config["vpc"]);
  }
  return out;
}

std::string zone_text(const Resource& subnet) { return to_text(subnet.config["zone"]).value_or(""); }

// Does anything of the stack stand in a private subnet of this vpc?
bool uses_private_subnets(const Lowering& lowering, const Resource& vpc) {
  const auto inside = [&](const Place& place) {
    return place.vpc == &vpc && std::any_of(place.subnets.begin(), place.subnets.end(), [](const Resource* subnet) {
             return subnet->config["public"] != Value(true);
           });
  };
  for (const auto* kind : {"service", "job"}) {
    for (const auto* runner : lowering.of_kind(kind)) {
      const auto* cluster = cluster_of(lowering, *runner);
      if (cluster != nullptr && inside(place_of(lowering, *runner, *cluster))) return true;
    }
  }
  const auto& managed = lowering.of_kind("eks");
  if (std::any_of(managed.begin(), managed.end(),
                  [&](const Resource* eks) { return inside(place_of_eks(lowering, *eks)); })) {
    return true;
  }
  const auto& clusters = lowering.of_kind("cluster");
  return std::any_of(clusters.begin(), clusters.end(), [&](const Resource* cluster) {
    return !is_fargate(*cluster) && inside(place_of_instances(lowering, *cluster));
  });
}

}  // namespace

List Place::ids() const {
  List out;
  for (const auto* subnet : subnets) out.push_back(part_of(*subnet, "subnet", "id"));
  return out;
}

Place place_of(const Lowering& lowering, const Resource& runner, const Resource& cluster) {
  const auto& stated = runner.config["subnets"];
  return stated.list() == nullptr ? place_of_instances(lowering, cluster) : place_in(lowering, stated);
}

Place place_in(const Lowering& lowering, const Value& subnets) {
  std::vector<const Resource*> out;
  if (subnets.list() == nullptr) return {};
  for (const auto& one : *subnets.list()) {
    if (const auto* subnet = lowering.referred(one)) out.push_back(subnet);
  }
  return place_in(lowering, std::move(out));
}

Place place_of_instances(const Lowering& lowering, const Resource& cluster) {
  const auto* vpc = lowering.referred(cluster.config["vpc"]);
  if (vpc == nullptr) return {};
  auto subnets = subnets_of(lowering, *vpc, false);
  if (subnets.empty()) subnets = subnets_of(lowering, *vpc, true);
  return place_in(lowering, std::move(subnets));
}

Map network_of(const Place& place, bool fargate) {
  auto out = entries({{"subnets", place.ids()}, {"securityGroups", List{part_of(*place.vpc, "inside", "id")}}});
  // Without a way out over NAT only a public address reaches a registry.
  if (fargate) out.set("assignPublicIp", place.all_public ? "ENABLED" : "DISABLED");
  return entries({{"awsvpcConfiguration", std::move(out)}});
}

void wait_for_routes(const Place& place, LoweredResource& part) {
  for (const auto* subnet : place.subnets) part.depends_on.push_back(subnet->address.with_part("routes"));
  std::sort(part.depends_on.begin(), part.depends_on.end());
  part.depends_on.erase(std::unique(part.depends_on.begin(), part.depends_on.end()), part.depends_on.end());
}

std::vector<const Resource*> nat_subnets(const Lowering& lowering, const Resource& vpc) {
  const auto open = subnets_of(lowering, vpc, true);
  const auto* nat = vpc.config["aws"]["nat"].string();
  if (open.empty() || subnets_of(lowering, vpc, false).empty()) return {};
  if (nat == nullptr) return uses_private_subnets(lowering, vpc) ? std::vector{open.front()} : decltype(open){};
  if (*nat == "none") return {};
  if (*nat == "one") return {open.front()};
  std::vector<const Resource*> out;
  std::set<std::string> zones;
  for (const auto* subnet : open) {
    if (zones.insert(zone_text(*subnet)).second) out.push_back(subnet);
  }
  return out;
}

const Resource* nat_of(const Lowering& lowering, const Resource& vpc, const Resource& subnet) {
  const auto all = nat_subnets(lowering, vpc);
  const auto at =
      std::find_if(all.begin(), all.end(), [&](const Resource* one) { return zone_text(*one) == zone_text(subnet); });
  if (at != all.end()) return *at;
  return all.empty() ? nullptr : all.front();
}

}  // namespace infra::aws
