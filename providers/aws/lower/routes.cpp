#include "providers/aws/lower/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace infra::aws {

namespace {

constexpr std::int64_t kStep = 10;

auto rank(const RouteView& route) {
  const auto host = to_text((*route.config)["host"]).value_or("");
  const auto path = to_text((*route.config)["path"]).value_or("");
  const bool pattern = path.find_first_of("*?") != std::string::npos;
  return std::tuple(host.empty(), host.find('*') != std::string::npos, pattern, -static_cast<std::int64_t>(path.size()),
                    route.service->address, route.index);
}

// CONTAINER.PORT of the task.
struct RoutedPort {
  std::string container;
  Value number;
};

RoutedPort port_of(const RouteView& route, const Resource& task) {
  const auto to = to_text((*route.config)["to"]).value_or("");
  const auto dot = to.find('.');
  const auto container = to.substr(0, dot);
  if (dot == std::string::npos) return {.container = container, .number = {}};
  return {.container = container,
          .number = task.config["container"][container]["port"][to.substr(dot + 1)]["container"]};
}

std::string group_protocol(const Resource& listener) {
  const auto protocol = to_text(listener.config["protocol"]).value_or("");
  if (speaks_http(listener)) return "HTTP";
  return protocol == "udp" ? "UDP" : "TCP";  // of TLS the balancer makes TCP
}

Map check_of(const RouteView& route) {
  const auto& health = (*route.config)["health"];
  if (health.is_null()) return entries({{"HealthCheckProtocol", speaks_http(*route.listener) ? "HTTP" : "TCP"}});
  return entries({{"HealthCheckProtocol", "HTTP"},
                  {"HealthCheckPath", health["path"]},
                  {"HealthCheckIntervalSeconds", seconds_of(health["every"])},
                  {"HealthCheckTimeoutSeconds", seconds_of(health["timeout"])},
                  {"HealthyThresholdCount", health["healthy"]},
                  {"UnhealthyThresholdCount", health["unhealthy"]}});
}

std::string group_part(const RouteView& route) { return fmt::format("target-{}", route.index); }

Map rule_of(const Lowering& lowering, const RouteView& route) {
  const auto& config = *route.config;
  auto out = entries({{"listener", part_of(*route.listener, "listener", "arn")},
                      {"priority", priority_of(lowering, route)},
                      {"path", config["path"]},
                      {"target_group", target_of(route)}});
  if (!config["host"].is_null()) out.set("host", config["host"]);
  return out;
}

// "http://NAME:80/"
Value url_of(const Resource& balancer, const Resource& listener) {
  const auto protocol = to_text(listener.config["protocol"]).value_or("http");
  const auto port =
      fmt::format(":{}{}", to_text(listener.config["port"]).value_or(""), speaks_http(listener) ? "/" : "");
  return infra::Call{.function = "interpolate",
                     .arguments = {protocol + "://", part_of(balancer, "balancer", "address"), port}};
}

}  // namespace

bool speaks_http(const Resource& listener) {
  const auto protocol = to_text(listener.config["protocol"]).value_or("");
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

std::int64_t priority_of(const Lowering& lowering, const RouteView& route) {
  std::int64_t before = 0;
  for (const auto& other : routes_through(lowering, *route.listener)) {
    if (rank(other) < rank(route)) ++before;
  }
  return (before + 1) * kStep;
}

Value target_of(const RouteView& route) {
  return speaks_http(*route.listener) ? part_of(*route.service, group_part(route), "arn")
                                      : part_of(*route.listener, "target", "arn");
}

Map target_group(const Lowering& lowering, const RouteView& route, const Resource& task, const Resource& vpc) {
  const auto& config = *route.config;
  return entries({{"vpc", part_of(vpc, "vpc", "id")},
                  {"protocol", group_protocol(*route.listener)},
                  {"port", port_of(route, task).number},
                  {"target", network_mode(lowering, task) == "awsvpc" ? "ip" : "instance"},
                  {"health", check_of(route)},
                  {"drain_seconds", seconds_of(config["drain"])},
                  {"slow_start_seconds", seconds_of(config["slow_start"])}});
}

Routed add_routes(const Lowering& lowering, const Resource& task, const Resource& vpc, Lowered& out) {
  Routed routed;
  for (const auto& route : routes_of(lowering, lowering.resource)) {
    if (speaks_http(*route.listener)) {
      out.resources.push_back(make_part(lowering, group_part(route), "target_group",
                                        target_group(lowering, route, task, vpc), Order::create_first));
      out.resources.push_back(make_part(lowering, fmt::format("rule-{}", route.index), "listener_rule",
                                        rule_of(lowering, route), Order::destroy_first));
    }
    const auto port = port_of(route, task);
    routed.balancers.emplace_back(entries(
        {{"targetGroupArn", target_of(route)}, {"containerName", port.container}, {"containerPort", port.number}}));
    const auto* balancer = lowering.referred(route.listener->config["load_balancer"]);
    if (balancer == nullptr) continue;
    routed.urls.emplace_back(url_of(*balancer, *route.listener));
    if (routed.urls.size() == 1) routed.address = part_of(*balancer, "balancer", "address");
  }
  return routed;
}

}  // namespace infra::aws
