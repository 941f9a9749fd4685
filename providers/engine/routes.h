// The routes of services through the listeners of load balancers, as every platform with a load balancer of its own
// lowers them.
#pragma once
#include <string>
#include <vector>

#include "providers/engine/lowering.h"

namespace infra::engine {

struct RouteView {
  const Resource* service = nullptr;
  std::size_t index = 0;  // among its service's
  const Value* config = nullptr;
  const Resource* listener = nullptr;
};

std::vector<RouteView> routes_of(const Lowering& lowering, const Resource& service);
// Those of all services that come in at a listener, by address.
std::vector<RouteView> routes_through(const Lowering& lowering, const Resource& listener);
// A host before none, an exact path before a pattern, a longer one before a shorter, then by address.
bool goes_before(const RouteView& a, const RouteView& b);

std::vector<const Resource*> listeners_of(const Lowering& lowering, const Resource& balancer);
// "http" "https" "tcp" "udp" "tls"
std::string protocol_of(const Resource& listener);
// What it shows as `certificate`: of a `secret` what that holds. Null: it has none, or the secret isn't this stack's.
Value certificate_of(const Lowering& lowering, const Resource& listener);
// Decides by path and host; the others pass bytes on.
bool speaks_http(const Resource& listener);

// A listener that passes bytes on sends all that comes to one service. E0417 if it isn't one; nullptr then.
const RouteView* only_route(const Lowering& lowering, const Resource& listener, const std::vector<RouteView>& routes);

// CONTAINER.PORT of the task.
struct RoutedPort {
  std::string container;
  Value number;
};
RoutedPort port_of(const RouteView& route, const Resource& task);

}  // namespace infra::engine
