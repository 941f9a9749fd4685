#include "providers/aws/lower/routes.h"

#include <fmt/format.h>

namespace infra::aws {

namespace {

constexpr std::int64_t kStep = 10;

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

std::int64_t priority_of(const Lowering& lowering, const RouteView& route) {
  std::int64_t before = 0;
  for (const auto& other : routes_through(lowering, *route.listener)) {
    if (engine::goes_before(other, route)) ++before;
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
