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
// The rule's place among all rules of its listener: a host before none, an exact path before a pattern, a longer one
// before a shorter, then by address. Steps of ten leave room for rules that are made by hand.
std::int64_t priority_of(const Lowering& lowering, const RouteView& route);

}  // namespace infra::aws
