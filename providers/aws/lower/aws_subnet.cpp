#include <algorithm>

#include "providers/aws/lower/aws_place.h"

namespace infra::aws {

namespace {

// A NAT gateway is a part of the public subnet that it stands in, so that the private ones can wait for it while it
// waits for the route of its own.
void add_nat(const Lowering& lowering, Lowered& out) {
  const auto& subnet = lowering.resource;
  out.resources.push_back(make_part(lowering, "address", "elastic_ip", {}, Order::create_first));
  auto inputs = entries({{"subnet", part_of(subnet, "subnet", "id")}, {"address", part_of(subnet, "address", "id")}});
  auto gateway = make_part(lowering, "nat", "nat_gateway", std::move(inputs), Order::create_first);
  gateway.depends_on.push_back(subnet.address.with_part("routes"));
  out.resources.push_back(std::move(gateway));
}

bool is_of_eks(const Lowering& lowering, const Resource& subnet) {
  const auto& all = lowering.of_kind("eks");
  return std::any_of(all.begin(), all.end(), [&](const Resource* eks) {
    const auto spots = place_of_eks(lowering, *eks).spots;
    return std::any_of(spots.begin(), spots.end(), [&](const Spot& spot) { return spot.subnet == &subnet; });
  });
}

}  // namespace

Lowered lower_subnet(const Lowering& lowering) {
  const auto& subnet = lowering.resource;
  const auto* vpc = lowering.referred(subnet.config["vpc"]);
  if (vpc == nullptr) return engine::nothing(lowering, {""});
  const auto vpc_id = part_of(*vpc, "vpc", "id");
  const bool open = subnet.config["public"] == Value(true);
  auto inputs = entries({{"vpc", vpc_id}, {"cidr", to_text(subnet.config["cidr"]).value_or("")}});
  if (!subnet.config["zone"].is_null()) inputs.set("zone", subnet.config["zone"]);
  if (open) inputs.set("public", true);
  if (is_of_eks(lowering, subnet)) inputs.set("balancers", open ? "elb" : "internal-elb");
  Lowered out;
  out.resources.push_back(make_part(lowering, "subnet", "subnet", std::move(inputs), Order::destroy_first));
  set_name_tag(subnet, out.resources.back());

  const auto id = part_of(subnet, "subnet", "id");
  auto routes = entries({{"vpc", vpc_id}, {"subnet", id}});
  if (open) {
    routes.set("gateway", part_of(*vpc, "gateway", "id"));
  } else if (const auto* nat = nat_of(lowering, *vpc, subnet)) {
    routes.set("nat", part_of(*nat, "nat", "id"));
  }
  out.resources.push_back(make_part(lowering, "routes", "route_table", std::move(routes), Order::destroy_first));
  const auto with_nat = nat_subnets(lowering, *vpc);
  if (std::find(with_nat.begin(), with_nat.end(), &subnet) != with_nat.end()) add_nat(lowering, out);
  out.outputs = entries({{"", id}});
  return out;
}

}  // namespace infra::aws
