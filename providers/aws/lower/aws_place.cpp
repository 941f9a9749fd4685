#include "providers/aws/lower/aws_place.h"

#include <algorithm>

#include "providers/aws/lower/capacity.h"

namespace infra::aws {

namespace {

bool is_open(const Resource& subnet) { return subnet.config["public"] == Value(true); }

void stand_in(const Lowering& lowering, const Resource& subnet, Place& out) {
  if (subnet.existing) {
    out.spots.push_back(
        {.id = read_of(lowering, subnet, "id"), .open = read_of(lowering, subnet, "public") == Value(true)});
    out.vpc_id = read_of(lowering, subnet, "vpc");
    out.cidrs = read_of(lowering, subnet, "cidrs");
    return;
  }
  out.spots.push_back({.id = part_of(subnet, "subnet", "id"), .open = is_open(subnet), .subnet = &subnet});
  out.vpc = lowering.referred(subnet.config["vpc"]);
  if (out.vpc == nullptr) return;
  out.vpc_id = part_of(*out.vpc, "vpc", "id");
  out.cidrs = List{to_text(out.vpc->config["cidr"]).value_or("")};
}

Place place_in(const Lowering& lowering, const std::vector<const Resource*>& subnets) {
  Place out;
  for (const auto* subnet : subnets) stand_in(lowering, *subnet, out);
  return out;
}

// In a VPC that exists: its private subnets, or all if it has no others. Before it is read there is one that isn't
// known.
Place place_in_existing(const Lowering& lowering, const Resource& vpc) {
  Place out{.spots = {}, .vpc_id = read_of(lowering, vpc, "id"), .cidrs = read_of(lowering, vpc, "cidrs")};
  const auto all = read_of(lowering, vpc, "subnets");
  if (!all.known()) out.spots.push_back({.id = all});
  if (all.list() == nullptr) return out;
  for (const auto& one : *all.list()) out.spots.push_back({.id = one["id"], .open = one["public"] == Value(true)});
  if (!out.all_public()) std::erase_if(out.spots, [](const Spot& spot) { return spot.open; });
  return out;
}

std::string zone_text(const Resource& subnet) { return to_text(subnet.config["zone"]).value_or(""); }

// Does anything of the stack stand in a private subnet of this vpc?
bool uses_private_subnets(const Lowering& lowering, const Resource& vpc) {
  const auto inside = [&](const Place& place) {
    return place.vpc == &vpc && std::any_of(place.spots.begin(), place.spots.end(),
                                            [](const Spot& spot) { return spot.subnet != nullptr && !spot.open; });
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
    return !is_fargate(lowering, *cluster) && inside(place_of_instances(lowering, *cluster));
  });
}

}  // namespace

bool Place::all_public() const {
  return std::all_of(spots.begin(), spots.end(), [](const Spot& spot) { return spot.open; });
}

List Place::ids() const {
  List out;
  for (const auto& spot : spots) out.push_back(spot.id);
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
  return place_in(lowering, out);
}

Place place_of_instances(const Lowering& lowering, const Resource& cluster) {
  const auto* vpc = lowering.referred(cluster.config["vpc"]);
  if (vpc == nullptr) return {};
  if (vpc->existing) return place_in_existing(lowering, *vpc);
  auto subnets = subnets_of(lowering, *vpc, false);
  if (subnets.empty()) subnets = subnets_of(lowering, *vpc, true);
  return place_in(lowering, subnets);
}

Value inside_group(const Lowering& lowering, const Place& place, Lowered& out) {
  if (place.vpc != nullptr) return part_of(*place.vpc, "inside", "id");
  out.resources.push_back(
      make_part(lowering, "inside", "security_group", group_of_inside(place.vpc_id, place.cidrs), Order::create_first));
  return part_of(lowering.resource, "inside", "id");
}

Map network_of(const Place& place, bool fargate, Value group) {
  auto out = entries({{"subnets", place.ids()}, {"securityGroups", List{std::move(group)}}});
  // Without a way out over NAT only a public address reaches a registry.
  if (fargate) out.set("assignPublicIp", place.all_public() ? "ENABLED" : "DISABLED");
  return entries({{"awsvpcConfiguration", std::move(out)}});
}

void wait_for_routes(const Place& place, LoweredResource& part) {
  for (const auto& spot : place.spots) {
    if (spot.subnet != nullptr) part.depends_on.push_back(spot.subnet->address.with_part("routes"));
  }
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
