#include <fmt/format.h>

#include <algorithm>

#include "providers/aws/lower/aws_place.h"
#include "providers/aws/lower/aws_routes.h"
#include "providers/aws/lower/capacity.h"

namespace infra::aws {

namespace {

std::int64_t percent_of(const Value& value, std::int64_t otherwise) {
  const auto* percent = value.get<Percent>();
  return percent != nullptr ? static_cast<std::int64_t>(percent->value) : otherwise;
}

List scaling_policies(const Lowering& lowering) {
  const auto& scale = lowering.resource.config["scale"];
  List out;
  const auto add = [&](const char* metric, const Value& target) {
    if (target.is_null()) return;
    const auto* percent = target.get<Percent>();
    out.emplace_back(entries({{"metric", metric}, {"target", percent != nullptr ? Value(percent->value) : target}}));
  };
  add("ECSServiceAverageCPUUtilization", scale["target_cpu"]);
  add("ECSServiceAverageMemoryUtilization", scale["target_memory"]);
  const auto routes = routes_of(lowering, lowering.resource);
  if (scale["target_requests"].is_null() || routes.empty()) return out;
  auto balancer = arn_of_balancer(lowering, *routes.front().listener);
  if (balancer.is_null()) return out;
  out.emplace_back(entries({{"metric", "ALBRequestCountPerTarget"},
                            {"target", scale["target_requests"]},
                            {"balancer", std::move(balancer)},
                            {"target_group", target_of(lowering, routes.front())}}));
  return out;
}

void add_scaling(const Lowering& lowering, Lowered& out) {
  const auto& scale = lowering.resource.config["scale"];
  const auto* range = scale["range"].get<Range>();
  if (range == nullptr) return;
  auto inputs = entries({{"service", part_of(lowering.resource, "service", "arn")},
                         {"min", range->low},
                         {"max", range->high},
                         {"policies", scaling_policies(lowering)},
                         {"cooldown_seconds", seconds_of(scale["cooldown"])}});
  out.resources.push_back(lowering.part("scaling", "scalable_target", std::move(inputs)));
  out.resources.back().options.replace = Replace::destroy_first;
}

void set_placement(const Value& place, Map& out) {
  List strategy;
  if (const auto* spread = place["spread"].string()) {
    const auto field = *spread == "zone"   ? std::string("attribute:ecs.availability-zone")
                       : *spread == "node" ? std::string("instanceId")
                                           : "attribute:" + *spread;
    strategy.emplace_back(entries({{"type", "spread"}, {"field", field}}));
  }
  if (!place["binpack"].is_null()) {
    strategy.emplace_back(entries({{"type", "binpack"}, {"field", place["binpack"]}}));
  }
  List constraints;
  if (place["distinct"] == Value(true)) constraints.emplace_back(entries({{"type", "distinctInstance"}}));
  if (const auto* labels = place["where"].map()) {
    for (const auto& [name, value] : *labels) {
      const auto expression = fmt::format("attribute:{} == {}", name, to_text(value).value_or(""));
      constraints.emplace_back(entries({{"type", "memberOf"}, {"expression", expression}}));
    }
  }
  if (!strategy.empty()) out.set("placement", std::move(strategy));
  if (!constraints.empty()) out.set("constraints", std::move(constraints));
}

// min and max, and the circuit breaker. A daemon's copy on an instance makes room for its successor.
Map deployment_of(const Resource& service) {
  const auto& deploy = service.config["deploy"];
  const bool daemon = service.config["daemon"] == Value(true);
  const bool rolls_back = deploy["rollback"] != Value("never");
  const bool stated = service.written("deploy.min").has_value();
  return entries({{"minimumHealthyPercent", daemon && !stated ? 0 : percent_of(deploy["min"], 100)},
                  {"maximumPercent", daemon ? 100 : percent_of(deploy["max"], 200)},
                  {"deploymentCircuitBreaker", entries({{"enable", true}, {"rollback", rolls_back}})}});
}

Map service_inputs(const Lowering& lowering, const Resource& cluster, const Resource& task) {
  const auto& service = lowering.resource;
  auto out = entries({{"name", name_for(lowering, service, 255)},
                      {"cluster", arn_of_cluster(lowering, cluster)},
                      {"task_definition", part_of(task, "definition", "arn")},
                      {"deployment", deployment_of(service)}});
  if (service.config["daemon"] == Value(true)) {
    out.set("daemon", true);  // on all of the cluster's instances, whatever group they are of
  } else {
    set_capacity(lowering, cluster, out);
  }
  set_placement(service.config["place"], out);
  if (task.config["aws"]["exec"] == Value(true)) out.set("exec", true);
  if (auto kept = kept_images(task); !kept.empty()) out.set("kept_images", std::move(kept));
  // With `scale` the count is the autoscaler's, with ignore = [desired] somebody else's: it is said at the start, and
  // never again.
  if (const auto* range = service.config["scale"]["range"].get<Range>()) {
    out.set("initial", range->low);
  } else if (ignores(service, "desired")) {
    out.set("initial", service.config["desired"]);
  } else if (service.config["daemon"] != Value(true)) {
    out.set("desired", service.config["desired"]);
  }
  return out;
}

// While it starts a copy isn't judged by the load balancer's checks.
std::int64_t grace_of(const Resource& task) {
  std::int64_t longest = 0;
  for (const auto& [label, container] : *task.config["container"].map()) {
    longest = std::max(longest, seconds_of(container["start_timeout"]));
  }
  return longest;
}

}  // namespace

Lowered lower_service(const Lowering& lowering) {
  const auto& service = lowering.resource;
  const auto* cluster = cluster_of(lowering, service);
  const auto* task = lowering.referred(service.config["task"]);
  if (cluster == nullptr || task == nullptr || task->config["container"].map() == nullptr)
    return engine::nothing(lowering, {"urls", "address"});
  const auto place = place_of(lowering, service, *cluster);
  if (place.spots.empty()) {
    lowering.diagnostics.error("E0403", service.span, fmt::format("service `{}` has no subnets", service.address.path),
                               "", "give its cluster a `vpc` with subnets, or add `subnets`");
    return engine::nothing(lowering, {"urls", "address"});
  }
  Lowered out;
  auto inputs = service_inputs(lowering, *cluster, *task);
  if (network_mode(lowering, *task) == "awsvpc") {
    inputs.set("network", network_of(place, is_fargate(lowering, *cluster), inside_group(lowering, place, out)));
  }
  auto routed = add_routes(lowering, *task, place, out);
  if (!routed.balancers.empty()) {
    inputs.set("balancers", std::move(routed.balancers));
    inputs.set("grace_seconds", grace_of(*task));
  }
  auto part = make_part(lowering, "service", "ecs_service", std::move(inputs), Order::destroy_first);
  for (const auto& other : out.resources) {
    // A target group belongs to a load balancer only once a rule sends to it.
    if (other.type == "listener_rule") part.depends_on.push_back(other.address);
  }
  wait_for_routes(place, part);
  std::erase(part.options.ignore, "desired");  // `initial` says it: what is recorded of the count must not come back
  out.resources.push_back(std::move(part));
  add_scaling(lowering, out);
  out.outputs = entries({{"", part_of(service, "service", "arn")},
                         {"urls", std::move(routed.urls)},
                         {"address", std::move(routed.address)}});
  return out;
}

}  // namespace infra::aws
