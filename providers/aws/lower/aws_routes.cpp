#include "providers/aws/lower/aws_routes.h"

#include <fmt/format.h>

namespace infra::aws {

namespace {

std::string group_protocol(const Lowering& lowering, const Resource& listener) {
  if (speaks_http(lowering, listener)) return "HTTP";
  return protocol_of(lowering, listener) == "udp" ? "UDP" : "TCP";  // of TLS the balancer makes TCP
}

Map check_of(const RouteView& route, bool http) {
  const auto& health = (*route.config)["health"];
  if (health.is_null()) return entries({{"HealthCheckProtocol", http ? "HTTP" : "TCP"}});
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
  auto out = entries({{"listener", given_by(lowering, *route.listener, "listener", "arn")},
                      {"priority", priority_of(lowering, route)},
                      {"path", config["path"]},
                      {"target_group", target_of(lowering, route)}});
  if (!config["host"].is_null()) out.set("host", config["host"]);
  return out;
}

const Resource* balancer_of(const Lowering& lowering, const Resource& listener) {
  return lowering.referred(listener.config["load_balancer"]);
}

// Its DNS name; null if the listener belongs to none.
Value address_of(const Lowering& lowering, const Resource& listener) {
  if (listener.existing) return read_of(lowering, listener, "address");
  const auto* balancer = balancer_of(lowering, listener);
  return balancer != nullptr ? part_of(*balancer, "balancer", "address") : Value();
}

// "http://NAME:80/"
Value url_of(const Lowering& lowering, const Resource& listener, const Value& address) {
  auto port = listener.existing ? read_of(lowering, listener, "port") : listener.config["port"];
  if (!port.known()) return port;
  const auto after = fmt::format(":{}{}", to_text(port).value_or(""), speaks_http(lowering, listener) ? "/" : "");
  const auto before = protocol_of(lowering, listener) + "://";
  if (const auto* known = address.string()) return before + *known + after;
  return infra::Call{.function = "interpolate", .arguments = {before, address, after}};
}

// Where a listener that passes bytes on leads is its owner's to say.
bool takes_rules(const Lowering& lowering, const RouteView& route) {
  if (!route.listener->existing || speaks_http(lowering, *route.listener)) return true;
  const auto protocol = protocol_of(lowering, *route.listener);
  lowering.diagnostics.error(
      "E0310", lowering.resource.place(fmt::format("route.{}.listener", route.index)),
      fmt::format("a route through the existing listener `{}` isn't possible: it speaks {}",
                  route.listener->address.path, protocol),
      fmt::format("{} leads to one place, which isn't this stack's to change", protocol),
      "use a listener that speaks http or https, or declare a load balancer with a listener of its own");
  return false;
}

}  // namespace

std::string protocol_of(const Lowering& lowering, const Resource& listener) {
  if (!listener.existing) return engine::protocol_of(listener);
  return to_text(read_of(lowering, listener, "protocol")).value_or("http");
}

bool speaks_http(const Lowering& lowering, const Resource& listener) {
  const auto protocol = protocol_of(lowering, listener);
  return protocol == "http" || protocol == "https";
}

Value arn_of_balancer(const Lowering& lowering, const Resource& listener) {
  if (listener.existing) return read_of(lowering, listener, "balancer");
  const auto* balancer = balancer_of(lowering, listener);
  return balancer != nullptr ? part_of(*balancer, "balancer", "arn") : Value();
}

Value target_of(const Lowering& lowering, const RouteView& route) {
  return speaks_http(lowering, *route.listener) ? part_of(*route.service, group_part(route), "arn")
                                                : part_of(*route.listener, "target", "arn");
}

Map target_group(const Lowering& lowering, const RouteView& route, const Resource& task, const Value& vpc) {
  const auto& config = *route.config;
  return entries({{"vpc", vpc},
                  {"protocol", group_protocol(lowering, *route.listener)},
                  {"port", port_of(route, task).number},
                  {"target", network_mode(lowering, task) == "awsvpc" ? "ip" : "instance"},
                  {"health", check_of(route, speaks_http(lowering, *route.listener))},
                  {"drain_seconds", seconds_of(config["drain"])},
                  {"slow_start_seconds", seconds_of(config["slow_start"])}});
}

Routed add_routes(const Lowering& lowering, const Resource& task, const Place& place, Lowered& out) {
  Routed routed;
  for (const auto& route : routes_of(lowering, lowering.resource)) {
    if (!takes_rules(lowering, route)) continue;
    if (speaks_http(lowering, *route.listener)) {
      out.resources.push_back(make_part(lowering, group_part(route), "target_group",
                                        target_group(lowering, route, task, place.vpc_id), Order::create_first));
      out.resources.push_back(make_part(lowering, fmt::format("rule-{}", route.index), "listener_rule",
                                        rule_of(lowering, route), Order::destroy_first));
    }
    const auto port = port_of(route, task);
    routed.balancers.emplace_back(entries({{"targetGroupArn", target_of(lowering, route)},
                                           {"containerName", port.container},
                                           {"containerPort", port.number}}));
    const auto address = address_of(lowering, *route.listener);
    if (address.is_null()) continue;
    routed.urls.emplace_back(url_of(lowering, *route.listener, address));
    if (routed.urls.size() == 1) routed.address = address;
  }
  return routed;
}

}  // namespace infra::aws
