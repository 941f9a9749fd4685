#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "providers/aws/lower/aws_routes.h"

namespace infra::aws {

namespace {

// Who may connect to the ports of its listeners: everybody, or what is inside of the VPC.
List open_ports(const std::vector<const Resource*>& listeners, const List& from) {
  std::set<std::pair<std::int64_t, bool>> ports;
  for (const auto* listener : listeners) {
    const auto* port = listener->config["port"].integer();
    if (port != nullptr) ports.emplace(*port, listener->config["protocol"] == Value("udp"));
  }
  List out;
  for (const auto& [port, udp] : ports) {
    for (const auto& cidr : from) {
      out.emplace_back(entries({{"protocol", udp ? "udp" : "tcp"}, {"from", port}, {"to", port}, {"cidr", cidr}}));
    }
  }
  return out;
}

}  // namespace

Place place_of_balancer(const Lowering& lowering, const Resource& balancer) {
  return place_in(lowering, balancer.config["subnets"]);
}

Lowered lower_load_balancer(const Lowering& lowering) {
  const auto& balancer = lowering.resource;
  const auto place = place_of_balancer(lowering, balancer);
  if (place.spots.empty())
    return engine::nothing(lowering, {"", "address"});  // the compiler has said that it has no subnets
  const auto listeners = engine::listeners_of(lowering, balancer);
  const bool alb = listeners.empty() || speaks_http(lowering, *listeners.front());
  const bool internal = balancer.config["internal"] == Value(true);
  const auto from = internal && place.cidrs.list() != nullptr ? *place.cidrs.list() : List{"0.0.0.0/0"};
  Lowered out;
  auto front =
      entries({{"vpc", place.vpc_id}, {"description", "to the load balancer"}, {"rules", open_ports(listeners, from)}});
  out.resources.push_back(make_part(lowering, "front", "security_group", std::move(front), Order::create_first));
  auto inputs = entries({{"type", alb ? "application" : "network"},
                         {"subnets", place.ids()},
                         {"groups", List{part_of(balancer, "front", "id")}}});
  if (internal) inputs.set("internal", true);
  const auto& name = balancer.config["name"];
  if (!name.is_null()) inputs.set("name", name);
  auto part = make_part(lowering, "balancer", "load_balancer", std::move(inputs), order_of_named(name));
  // AWS refuses it in a VPC without one.
  if (!internal && place.vpc != nullptr) part.depends_on.push_back(place.vpc->address.with_part("gateway"));
  out.resources.push_back(std::move(part));
  const auto address = part_of(balancer, "balancer", "address");
  out.outputs = entries({{"", address}, {"address", address}});
  return out;
}

}  // namespace infra::aws
