// The routes of services through the listeners of load balancers.
#pragma once
#include "providers/aws/lower/lower.h"
#include "providers/engine/routes.h"

namespace infra::aws {

using engine::port_of;
using engine::routes_of;
using engine::routes_through;
using engine::RouteView;
using engine::speaks_http;

// The rule's place among all rules of its listener, by engine::goes_before. Steps of ten leave room for rules that are
// made by hand.
std::int64_t priority_of(const Lowering& lowering, const RouteView& route);

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
