// The routes of services through the listeners of load balancers.
#pragma once
#include "providers/aws/lower/lower.h"

namespace infra::aws {

struct RouteView {
  const Resource* service = nullptr;
  std::size_t index = 0;  // among its service's
  const Value* config = nullptr;
  const Resource* listener = nullptr;
};

std::vector<RouteView> routes_of(const Lowering& lowering, const Resource& service);
// Those of all services that come in at a listener, by address.
std::vector<RouteView> routes_through(const Lowering& lowering, const Resource& listener);
// The rule's place among all rules of its listener: a host before none, an exact path before a pattern, a longer one
// before a shorter, then by address. Steps of ten leave room for rules that are made by hand.
std::int64_t priority_of(const Lowering& lowering, const RouteView& route);

// An ALB's listener decides by path and host, by rules of its own; an NLB's has one target group, a part of it.
bool speaks_http(const Resource& listener);
// The VPC that a load balancer stands in.
const Resource* vpc_of_balancer(const Lowering& lowering, const Resource& balancer);
// The ARN of the target group that a route leads to.
Value target_of(const RouteView& route);
// Of a target group for the copies of a service.
Map target_group(const Lowering& lowering, const RouteView& route, const Resource& task, const Resource& vpc);

struct Routed {
  List balancers;  // as CreateService takes them
  List urls;
  Value address = "";
};
// Adds the target groups and rules of a service's routes.
Routed add_routes(const Lowering& lowering, const Resource& task, const Resource& vpc, Lowered& out);

}  // namespace infra::aws
