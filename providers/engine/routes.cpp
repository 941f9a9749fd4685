#include "providers/engine/routes.h"

#include <fmt/format.h>

#include <tuple>

namespace infra::engine {

namespace {

std::string text_at(const Value& value) { return value.string() != nullptr ? *value.string() : std::string(); }

auto rank(const RouteView& route) {
  const auto host = text_at((*route.config)["host"]);
  const auto path = text_at((*route.config)["path"]);
  const bool pattern = path.find_first_of("*?") != std::string::npos;
  return std::tuple(host.empty(), host.find('*') != std::string::npos, pattern, -static_cast<std::int64_t>(path.size()),
                    route.service->address, route.index);
}

}  // namespace

std::string protocol_of(const Resource& listener) { return text_at(listener.config["protocol"]); }

Value certificate_of(const Lowering& lowering, const Resource& listener) {
  const auto& stated = listener.config["certificate"];
  const auto* secret = stated.ref() != nullptr ? lowering.referred(stated) : nullptr;
  if (secret == nullptr || secret->address.kind != "secret") return stated;
  return secret->existing ? Value() : secret->config["value"];
}

bool speaks_http(const Resource& listener) {
  const auto protocol = protocol_of(listener);
  return protocol == "http" || protocol == "https";
}

std::vector<RouteView> routes_of(const Lowering& lowering, const Resource& service) {
  std::vector<RouteView> out;
  const auto* routes = service.config["route"].list();
  if (routes == nullptr) return out;
  for (std::size_t i = 0; i < routes->size(); ++i) {
    const auto* listener = lowering.referred((*routes)[i]["listener"]);
    if (listener != nullptr) {
      out.push_back({.service = &service, .index = i, .config = &(*routes)[i], .listener = listener});
    }
  }
  return out;
}

std::vector<RouteView> routes_through(const Lowering& lowering, const Resource& listener) {
  std::vector<RouteView> out;
  for (const auto* service : lowering.of_kind("service")) {
    for (const auto& route : routes_of(lowering, *service)) {
      if (route.listener == &listener) out.push_back(route);
    }
  }
  return out;
}

bool goes_before(const RouteView& a, const RouteView& b) { return rank(a) < rank(b); }

std::vector<const Resource*> listeners_of(const Lowering& lowering, const Resource& balancer) {
  std::vector<const Resource*> out;
  for (const auto* listener : lowering.of_kind("listener")) {
    if (lowering.referred(listener->config["load_balancer"]) == &balancer) out.push_back(listener);
  }
  return out;
}

const RouteView* only_route(const Lowering& lowering, const Resource& listener, const std::vector<RouteView>& routes) {
  if (routes.size() == 1) return &routes.front();
  lowering.diagnostics.error(
      "E0417", listener.span,
      fmt::format("listener `{}` passes bytes on, and {} services route through it", listener.address.path,
                  routes.size()),
      routes.empty() ? "leads nowhere" : "they can't be told apart",
      routes.empty() ? "add a `route` with this listener to a service" : "give each service a listener of its own");
  return nullptr;
}

RoutedPort port_of(const RouteView& route, const Resource& task) {
  const auto to = text_at((*route.config)["to"]);
  const auto dot = to.find('.');
  const auto container = to.substr(0, dot);
  if (dot == std::string::npos) return {.container = container, .number = {}};
  return {.container = container,
          .number = task.config["container"][container]["port"][to.substr(dot + 1)]["container"]};
}

}  // namespace infra::engine
