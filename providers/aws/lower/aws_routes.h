// The routes of services through the listeners of load balancers.
#pragma once
#include "providers/aws/lower/aws_place.h"
#include "providers/engine/routes.h"

namespace infra::aws {

using engine::port_of;
using engine::routes_of;
using engine::routes_through;
using engine::RouteView;

// Of a listener, declared or somebody else's. Decides by path and host; the others pass bytes on.
bool speaks_http(const Lowering& lowering, const Resource& listener);
std::string protocol_of(const Lowering& lowering, const Resource& listener);
// Of the load balancer that it belongs to; null if there is none.
Value arn_of_balancer(const Lowering& lowering, const Resource& listener);

// The rule's place among all rules of its listener, by engine::goes_before (aws_rule_priority.cpp).
std::int64_t priority_of(const Lowering& lowering, const RouteView& route);

// Where a load balancer stands.
Place place_of_balancer(const Lowering& lowering, const Resource& balancer);
// The ARN of the target group that a route leads to.
Value target_of(const Lowering& lowering, const RouteView& route);
// Of a target group for the copies of a service.
Map target_group(const Lowering& lowering, const RouteView& route, const Resource& task, const Value& vpc);

struct Routed {
  List balancers;  // as CreateService takes them
  List urls;
  Value address = "";
};
// Adds the target groups and rules of a service's routes.
Routed add_routes(const Lowering& lowering, const Resource& task, const Place& place, Lowered& out);

}  // namespace infra::aws
