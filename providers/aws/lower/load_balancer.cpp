#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "providers/aws/lower/routes.h"

namespace infra::aws {

namespace {

std::vector<const Resource*> stated_subnets(const Lowering& lowering, const Resource& balancer) {
  std::vector<const Resource*> out;
  if (const auto* given = balancer.config["subnets"].list()) {
    for (const auto& one : *given) {
      if (const auto* subnet = lowering.referred(one)) out.push_back(subnet);
    }
  }
  return out;
}

// Who may connect to the ports of its listeners: everybody, or what is inside of the VPC.
List open_ports(const std::vector<const Resource*>& listeners, const std::string& from) {
  std::set<std::pair<std::int64_t, bool>> ports;
  for (const auto* listener : listeners) {
    const auto* port = listener->config["port"].integer();
    if (port != nullptr) ports.emplace(*port, listener->config["protocol"] == Value("udp"));
  }
  List out;
  for (const auto& [port, udp] : ports) {
    out.emplace_back(entries({{"protocol", udp ? "udp" : "tcp"}, {"from", port}, {"to", port}, {"cidr", from}}));
  }
  return out;
}

}  // namespace

const Resource* vpc_of_balancer(const Lowering& lowering, const Resource& balancer) {
  const auto subnets = stated_subnets(lowering, balancer);
  return subnets.empty() ? nullptr : lowering.referred(subnets.front()->config["vpc"]);
}

Lowered lower_load_balancer(const Lowering& lowering) {
  const auto& balancer = lowering.resource;
  const auto* vpc = vpc_of_balancer(lowering, balancer);
  if (vpc == nullptr)
    return engine::nothing(lowering, {"", "address"});  // the compiler has said that it has no subnets
  const auto listeners = engine::listeners_of(lowering, balancer);
  const bool alb = listeners.empty() || speaks_http(*listeners.front());
  const bool internal = balancer.config["internal"] == Value(true);
  const auto from = internal ? to_text(vpc->config["cidr"]).value_or("") : "0.0.0.0/0";
  List ids;
  for (const auto* subnet : stated_subnets(lowering, balancer)) ids.push_back(part_of(*subnet, "subnet", "id"));
  Lowered out;
  auto front = entries({{"vpc", part_of(*vpc, "vpc", "id")},
                        {"description", "to the load balancer"},
                        {"rules", open_ports(listeners, from)}});
  out.resources.push_back(make_part(lowering, "front", "security_group", std::move(front), Order::create_first));
  auto inputs = entries({{"type", alb ? "application" : "network"},
                         {"subnets", std::move(ids)},
                         {"groups", List{part_of(balancer, "front", "id")}}});
  if (internal) inputs.set("internal", true);
  auto part = make_part(lowering, "balancer", "load_balancer", std::move(inputs), Order::create_first);
  if (!internal) part.depends_on.push_back(vpc->address.with_part("gateway"));  // AWS refuses it in a VPC without one
  out.resources.push_back(std::move(part));
  const auto address = part_of(balancer, "balancer", "address");
  out.outputs = entries({{"", address}, {"address", address}});
  return out;
}

}  // namespace infra::aws
