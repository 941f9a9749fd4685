#include "providers/engine/foreign_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "providers/engine/backends.h"

namespace infra::engine {

namespace {

// Of an existing listener. Before it was looked up nothing is known.
Value told_of(const Lowering& lowering, const Resource& listener, const char* attribute) {
  const auto* read = lowering.context.outputs(listener.address);
  return read != nullptr ? (*read)[attribute] : Value(Unknown{listener.address.text()});
}

// Where a listener that passes bytes on leads is its owner's to say.
bool takes_routes(const Lowering& lowering, const RouteView& route) {
  const auto protocol = told_of(lowering, *route.listener, "protocol");
  if (protocol.string() == nullptr || protocol == Value("http") || protocol == Value("https")) return true;
  lowering.diagnostics.error(
      "E0310", route.service->place(fmt::format("route.{}.listener", route.index)),
      fmt::format("a route through the existing listener `{}` isn't possible: it speaks {}",
                  route.listener->address.path, *protocol.string()),
      fmt::format("{} leads to one service, which its own stack names", *protocol.string()),
      "use a listener that speaks http or https, or declare a load balancer with a listener of its own");
  return false;
}

}  // namespace

std::vector<LoweredResource> foreign_routes(const Lowering& lowering, const Resource& service) {
  std::map<Address, std::vector<RouteView>> by_listener;
  for (const auto& route : routes_of(lowering, service)) {
    if (route.listener->existing && takes_routes(lowering, route))
      by_listener[route.listener->address].push_back(route);
  }
  std::vector<LoweredResource> out;
  for (auto& [address, routes] : by_listener) {
    const auto& listener = *routes.front().listener;
    std::sort(routes.begin(), routes.end(), goes_before);
    Backends backends(lowering);
    auto rules = backends.rules_of(routes, true);
    out.push_back(lowering.part("routes." + run_time_name(address.path), kBalancerRoute,
                                Map({{"balancer", told_of(lowering, listener, "balancer")},
                                     {"port", told_of(lowering, listener, "port")},
                                     {"rules", std::move(rules)},
                                     {"backends", backends.take()}})));
  }
  return out;
}

}  // namespace infra::engine
