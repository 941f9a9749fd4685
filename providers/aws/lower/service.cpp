#include <fmt/format.h>

#include <algorithm>

#include "providers/aws/lower/routes.h"

namespace infra::aws {

namespace {

std::int64_t seconds_of(const Value& value) {
  const auto* time = value.get<Duration>();
  return time != nullptr ? time->ms / 1000 : 0;
}

std::int64_t percent_of(const Value& value) {
  const auto* percent = value.get<Percent>();
  return percent != nullptr ? static_cast<std::int64_t>(percent->value) : 100;
}

struct Place {
  List subnets;
  const Resource* vpc = nullptr;
  bool all_public = true;
};

// Those that are said, or the private ones of the cluster's vpc, else all of it.
Place place_of(const Lowering& lowering, const Resource& cluster) {
  std::vector<const Resource*> subnets;
  if (const auto* given = lowering.resource.config["subnets"].list()) {
    for (const auto& one : *given) {
      if (const auto* subnet = lowering.referred(one)) subnets.push_back(subnet);
    }
  } else if (const auto* vpc = lowering.referred(cluster.config["vpc"])) {
    subnets = subnets_of(lowering, *vpc, false);
    if (subnets.empty()) subnets = subnets_of(lowering, *vpc, true);
  }
  Place out;
  for (const auto* subnet : subnets) {
    out.subnets.push_back(part_of(*subnet, "subnet", "id"));
    out.all_public = out.all_public && subnet->config["public"] == Value(true);
    out.vpc = lowering.referred(subnet->config["vpc"]);
  }
  return out;
}

Map network_of(const Place& place) {
  return entries(
      {{"awsvpcConfiguration", entries({{"subnets", place.subnets},
                                        {"securityGroups", List{part_of(*place.vpc, "inside", "id")}},
                                        // Without a way out over NAT only a public address reaches a registry.
                                        {"assignPublicIp", place.all_public ? "ENABLED" : "DISABLED"}})}});
}

// CONTAINER.PORT of the task → its number.
Value port_number(const Resource& task, std::string_view to) {
  const auto dot = to.find('.');
  return task.config["container"][to.substr(0, dot)]["port"][to.substr(dot + 1)]["container"];
}

Map target_group(const RouteView& route, const Resource& vpc, const Value& port) {
  const auto& config = *route.config;
  const auto& health = config["health"];
  auto check = entries({{"HealthCheckProtocol", "HTTP"}});
  if (!health.is_null()) {
    check = entries({{"HealthCheckProtocol", "HTTP"},
                     {"HealthCheckPath", health["path"]},
                     {"HealthCheckIntervalSeconds", seconds_of(health["every"])},
                     {"HealthCheckTimeoutSeconds", seconds_of(health["timeout"])},
                     {"HealthyThresholdCount", health["healthy"]},
                     {"UnhealthyThresholdCount", health["unhealthy"]}});
  }
  return entries({{"vpc", part_of(vpc, "vpc", "id")},
                  {"protocol", "HTTP"},
                  {"port", port},
                  {"target", "ip"},
                  {"health", std::move(check)},
                  {"drain_seconds", seconds_of(config["drain"])},
                  {"slow_start_seconds", seconds_of(config["slow_start"])}});
}

Map rule_of(const Lowering& lowering, const RouteView& route, Value group) {
  const auto& config = *route.config;
  auto out = entries({{"listener", part_of(*route.listener, "listener", "arn")},
                      {"priority", priority_of(lowering, route)},
                      {"path", config["path"]},
                      {"target_group", std::move(group)}});
  if (!config["host"].is_null()) out.set("host", config["host"]);
  return out;
}

// Target groups and rules of all routes; what the service says of them.
List add_routes(const Lowering& lowering, const Resource& task, const Resource& vpc, Lowered& out, List& urls) {
  List balancers;
  for (const auto& route : routes_of(lowering, lowering.resource)) {
    const auto to = to_text((*route.config)["to"]).value_or("");
    const auto port = port_number(task, to);
    const auto group = fmt::format("target-{}", route.index);
    const auto arn = part_of(lowering.resource, group, "arn");
    out.resources.push_back(
        make_part(lowering, group, "target_group", target_group(route, vpc, port), Order::create_first));
    out.resources.push_back(make_part(lowering, fmt::format("rule-{}", route.index), "listener_rule",
                                      rule_of(lowering, route, arn), Order::destroy_first));
    balancers.emplace_back(
        entries({{"targetGroupArn", arn}, {"containerName", to.substr(0, to.find('.'))}, {"containerPort", port}}));
    const auto* balancer = lowering.referred(route.listener->config["load_balancer"]);
    const auto scheme = route.listener->config["protocol"] == Value("https") ? "https://" : "http://";
    const auto port_text = fmt::format(":{}/", to_text(route.listener->config["port"]).value_or(""));
    if (balancer != nullptr) {
      urls.emplace_back(infra::Call{.function = "interpolate",
                                    .arguments = {scheme, part_of(*balancer, "balancer", "address"), port_text}});
    }
  }
  return balancers;
}

List scaling_policies(const Value& scale) {
  List out;
  const auto add = [&](const char* metric, const Value& target) {
    if (target.is_null()) return;
    const auto* percent = target.get<Percent>();
    out.emplace_back(entries({{"metric", metric}, {"target", percent != nullptr ? Value(percent->value) : target}}));
  };
  add("ECSServiceAverageCPUUtilization", scale["target_cpu"]);
  add("ECSServiceAverageMemoryUtilization", scale["target_memory"]);
  return out;
}

void add_scaling(const Lowering& lowering, Lowered& out) {
  const auto& scale = lowering.resource.config["scale"];
  const auto* range = scale["range"].get<Range>();
  if (range == nullptr) return;
  auto inputs = entries({{"service", part_of(lowering.resource, "service", "arn")},
                         {"min", range->low},
                         {"max", range->high},
                         {"policies", scaling_policies(scale)},
                         {"cooldown_seconds", seconds_of(scale["cooldown"])}});
  out.resources.push_back(lowering.part("scaling", "scalable_target", std::move(inputs)));
  out.resources.back().options.replace = Replace::destroy_first;
}

Map service_inputs(const Lowering& lowering, const Resource& cluster, const Resource& task) {
  const auto& service = lowering.resource;
  const auto& deploy = service.config["deploy"];
  const bool rolls_back = deploy["rollback"] != Value("never");
  const bool spot = cluster.config["fargate"]["spot"] == Value(true);
  auto out = entries(
      {{"name", name_for(lowering, service, 255)},
       {"cluster", part_of(cluster, "capacity", "cluster_arn")},
       {"task_definition", part_of(task, "definition", "arn")},
       {"deployment", entries({{"minimumHealthyPercent", percent_of(deploy["min"])},
                               {"maximumPercent", deploy["max"].is_null() ? 200 : percent_of(deploy["max"])},
                               {"deploymentCircuitBreaker", entries({{"enable", true}, {"rollback", rolls_back}})}})},
       {"strategy", List{entries({{"capacityProvider", spot ? "FARGATE_SPOT" : "FARGATE"}, {"weight", 1}})}}});
  // With `scale` the count is the autoscaler's: it is said at the start, and never again.
  if (const auto* range = service.config["scale"]["range"].get<Range>()) {
    out.set("initial", range->low);
  } else {
    out.set("desired", service.config["desired"]);
  }
  return out;
}

}  // namespace

Lowered lower_service(const Lowering& lowering) {
  const auto& service = lowering.resource;
  const auto* cluster = cluster_of(lowering, service);
  const auto* task = lowering.referred(service.config["task"]);
  if (cluster == nullptr || task == nullptr) return engine::nothing(lowering, {"urls", "address"});
  if (service.config["scale"]["target_requests"].integer() != nullptr) {
    lowering.diagnostics.error("E0310", service.place("scale.target_requests"),
                               "scaling by requests isn't built on the platform aws yet", "", "use target_cpu");
    return engine::nothing(lowering, {"urls", "address"});
  }
  auto inputs = service_inputs(lowering, *cluster, *task);
  const auto place = place_of(lowering, *cluster);
  if (place.vpc == nullptr) {
    lowering.diagnostics.error("E0403", service.span, fmt::format("service `{}` has no subnets", service.address.path),
                               "Fargate's tasks are in awsvpc mode",
                               "give its cluster a `vpc` with subnets, or add `subnets`");
    return engine::nothing(lowering, {"urls", "address"});
  }
  Lowered out;
  List urls;
  auto balancers = add_routes(lowering, *task, *place.vpc, out, urls);
  inputs.set("network", network_of(place));
  const bool routed = !balancers.empty();
  if (routed) inputs.set("balancers", std::move(balancers));
  auto part = make_part(lowering, "service", "ecs_service", std::move(inputs), Order::destroy_first);
  for (const auto& other : out.resources) {
    // A target group belongs to a load balancer only once a rule sends to it.
    if (other.type == "listener_rule") part.depends_on.push_back(other.address);
  }
  std::sort(part.depends_on.begin(), part.depends_on.end());
  out.resources.push_back(std::move(part));
  add_scaling(lowering, out);
  const auto* balancer =
      routed ? lowering.referred(routes_of(lowering, service).front().listener->config["load_balancer"]) : nullptr;
  out.outputs = entries({{"", part_of(service, "service", "arn")},
                         {"urls", std::move(urls)},
                         {"address", balancer != nullptr ? part_of(*balancer, "balancer", "address") : Value("")}});
  return out;
}

}  // namespace infra::aws
