#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "providers/aws/lower/lower.h"

namespace infra::aws {

namespace {

std::vector<const Resource*> subnets_for(const Lowering& lowering) {
  const auto& balancer = lowering.resource;
  std::vector<const Resource*> out;
  if (const auto* given = balancer.config["subnets"].list()) {
    for (const auto& one : *given) {
      if (const auto* subnet = lowering.referred(one)) out.push_back(subnet);
    }
    return out;
  }
  const auto& all = lowering.of_kind("vpc");
  return all.size() == 1 ? subnets_of(lowering, *all.front(), balancer.config["internal"] != Value(true)) : out;
}

// Who may connect: everybody, to the ports of its listeners.
List open_ports(const Lowering& lowering) {
  std::set<std::int64_t> ports;
  for (const auto* listener : lowering.of_kind("listener")) {
    const auto* port = listener->config["port"].integer();
    if (port != nullptr && lowering.referred(listener->config["load_balancer"]) == &lowering.resource)
      ports.insert(*port);
  }
  List out;
  for (const auto port : ports) {
    out.emplace_back(entries({{"protocol", "tcp"}, {"from", port}, {"to", port}, {"cidr", "0.0.0.0/0"}}));
  }
  return out;
}

}  // namespace

Lowered lower_load_balancer(const Lowering& lowering) {
  const auto& balancer = lowering.resource;
  const auto subnets = subnets_for(lowering);
  std::set<std::string> zones;
  List ids;
  const Resource* vpc = nullptr;
  for (const auto* subnet : subnets) {
    ids.push_back(part_of(*subnet, "subnet", "id"));
    zones.insert(to_text(subnet->config["zone"]).value_or(subnet->address.text()));
    vpc = lowering.referred(subnet->config["vpc"]);
  }
  if (zones.size() < 2 || vpc == nullptr) {
    lowering.diagnostics.error(
        "E0417", balancer.place("subnets"),
        fmt::format("load_balancer `{}` needs subnets in two zones on AWS", balancer.address.path),
        subnets.empty() ? "no subnet" : "one zone",
        balancer.config["internal"] == Value(true) ? "add: subnets = [subnet.NAME, subnet.OTHER]"
                                                   : "declare two public subnets with `zone`, or add: subnets = […]");
    return engine::nothing(lowering, {"", "address"});
  }
  Lowered out;
  Map front(std::vector<Entry>{
      {"vpc", part_of(*vpc, "vpc", "id")}, {"description", "to the load balancer"}, {"rules", open_ports(lowering)}});
  out.resources.push_back(make_part(lowering, "front", "security_group", std::move(front), Order::create_first));
  Map inputs(std::vector<Entry>{
      {"type", "application"}, {"subnets", std::move(ids)}, {"groups", List{part_of(balancer, "front", "id")}}});
  if (balancer.config["internal"] == Value(true)) inputs.set("internal", true);
  auto part = make_part(lowering, "balancer", "load_balancer", std::move(inputs), Order::create_first);
  if (balancer.config["internal"] != Value(true)) {
    part.depends_on.push_back(vpc->address.with_part("gateway"));  // else AWS refuses: the VPC has no internet gateway
    std::sort(part.depends_on.begin(), part.depends_on.end());
  }
  out.resources.push_back(std::move(part));
  const auto address = part_of(balancer, "balancer", "address");
  out.outputs = entries({{"", address}, {"address", address}});
  return out;
}

}  // namespace infra::aws
