#include <algorithm>
#include <set>

#include "providers/aws/lower/lower.h"

namespace infra::aws {

namespace {

// The public subnets in which NAT gateways stand: the first, or the first of each zone.
std::vector<const Resource*> nat_places(const Lowering& lowering) {
  const auto open = subnets_of(lowering, lowering.resource, true);
  const bool asked = !subnets_of(lowering, lowering.resource, false).empty();
  const auto* nat = lowering.resource.config["aws"]["nat"].string();
  if (open.empty() || !asked || (nat != nullptr && *nat == "none")) return {};
  if (nat == nullptr || *nat == "one") return {open.front()};
  std::vector<const Resource*> out;
  std::set<std::string> zones;
  for (const auto* subnet : open) {
    if (zones.insert(to_text(subnet->config["zone"]).value_or("")).second) out.push_back(subnet);
  }
  return out;
}

Value text_value(const Value& value) { return to_text(value).value_or(""); }

// From the VPC's own addresses, never from group to group: groups that name each other can't be deleted.
List from_inside(const Value& cidr) { return {entries({{"protocol", "-1"}, {"cidr", text_value(cidr)}})}; }

}  // namespace

std::string nat_part(const Lowering& lowering, const Resource& vpc, const Resource& subnet) {
  const Lowering of_vpc{.resource = vpc, .context = lowering.context, .diagnostics = lowering.diagnostics};
  const auto places = nat_places(of_vpc);
  if (places.empty()) return "";
  for (const auto* place : places) {
    if (places.size() > 1 && place->config["zone"] == subnet.config["zone"]) {
      return "nat-" + run_time_name(place->address.path.substr(place->address.path.rfind('.') + 1));
    }
  }
  return places.size() == 1
             ? "nat"
             : "nat-" + run_time_name(places.front()->address.path.substr(places.front()->address.path.rfind('.') + 1));
}

Lowered lower_vpc(const Lowering& lowering) {
  const auto& vpc = lowering.resource;
  const auto id = part_of(vpc, "vpc", "id");
  Lowered out;
  Map network;
  network.set("cidr", text_value(vpc.config["cidr"]));
  out.resources.push_back(make_part(lowering, "vpc", "vpc", std::move(network), Order::create_first));
  Map inside(std::vector<Entry>{
      {"vpc", id}, {"description", "from inside of the VPC"}, {"rules", from_inside(vpc.config["cidr"])}});
  out.resources.push_back(make_part(lowering, "inside", "security_group", std::move(inside), Order::create_first));
  if (!subnets_of(lowering, vpc, true).empty()) {
    Map gateway;
    gateway.set("vpc", id);
    out.resources.push_back(
        make_part(lowering, "gateway", "internet_gateway", std::move(gateway), Order::destroy_first));
  }
  for (const auto* place : nat_places(lowering)) {
    const auto part = nat_part(lowering, vpc, *place);
    const auto address = "address" + part.substr(3);
    out.resources.push_back(make_part(lowering, address, "elastic_ip", {}, Order::create_first));
    Map nat(std::vector<Entry>{{"subnet", part_of(*place, "subnet", "id")}, {"address", part_of(vpc, address, "id")}});
    auto gateway = make_part(lowering, part, "nat_gateway", std::move(nat), Order::create_first);
    // It reaches nothing before its subnet has a route to the internet.
    gateway.depends_on.push_back(place->address.with_part("routes"));
    std::sort(gateway.depends_on.begin(), gateway.depends_on.end());
    out.resources.push_back(std::move(gateway));
  }
  out.outputs = entries({{"", id}});
  return out;
}

}  // namespace infra::aws
