#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "providers/kubernetes/lower/kube_fronts.h"
#include "providers/kubernetes/lower/kube_names.h"
#include "providers/kubernetes/lower/kube_networks.h"
#include "providers/kubernetes/lower/kube_pod.h"
#include "providers/kubernetes/lower/kube_rollout.h"

namespace infra::kubernetes {

namespace {

bool is_daemon(const Resource& service) { return service.config["daemon"] == Value(true); }
bool is_scaled(const Resource& service) { return service.config["scale"].map() != nullptr; }

// How long a pod has to be ready before it counts: only its probes tell more, where each container has one.
std::int64_t settling_time(const Resource& service, const Resource& task) {
  const auto& containers = *task.config["container"].map();
  const bool checked = std::all_of(containers.begin(), containers.end(),
                                   [](const auto& one) { return one.second["health"].map() != nullptr; });
  return checked ? 0 : seconds_up(service.config["deploy"]["settle"]);
}

// As long as a rollout may make no progress: until its containers have to be ready, the longest of their start_timeout.
std::int64_t deadline_of(const Resource& service, const Resource& task) {
  if (const auto& told = service.config["deploy"]["deadline"]; !told.is_null()) return seconds_up(told);
  std::int64_t longest = 1;
  for (const auto& [label, container] : *task.config["container"].map()) {
    longest = std::max(longest, seconds_up(container["start_timeout"]));
  }
  return longest + settling_time(service, task);
}

struct Parts {
  const Lowering& lowering;
  const Resource& cluster;
  const Resource& task;
  std::string space = namespace_of(lowering, cluster);
  std::string name = name_of(lowering.resource);

  [[nodiscard]] LoweredResource make(std::string part, std::string type, Map spec) const {
    return make_object(lowering, {.part = std::move(part),
                                  .type = std::move(type),
                                  .space = space,
                                  .name = name,
                                  .body = entries({{"spec", std::move(spec)}})});
  }
};

// Named like the service, so that http://api:8080 is the same as on nodes. A port has its label, with the container's
// before it where two containers have one of that label.
List service_ports(const Resource& task) {
  std::map<std::string, int> times;
  for (const auto& [label, container] : *task.config["container"].map()) {
    const auto* ports = container["port"].map();
    for (const auto& [port, block] : ports != nullptr ? *ports : Map()) ++times[dns_label(port)];
  }
  List out;
  for (const auto& [label, container] : *task.config["container"].map()) {
    const auto* ports = container["port"].map();
    for (const auto& [port, block] : ports != nullptr ? *ports : Map()) {
      const auto name = dns_label(port);
      out.emplace_back(entries({{"name", times[name] > 1 ? dns_label(fmt::format("{}-{}", label, port)) : name},
                                {"port", block["container"]},
                                {"targetPort", block["container"]},
                                {"protocol", block["protocol"] == Value("udp") ? "UDP" : "TCP"}}));
    }
  }
  return out;
}

LoweredResource workload(const Parts& parts, Map pod) {
  const auto& service = parts.lowering.resource;
  const bool daemon = is_daemon(service);
  auto spec = entries({{"template", std::move(pod)}});
  spec.set(daemon ? "updateStrategy" : "strategy", strategy_of(service));
  if (!daemon) spec.set("progressDeadlineSeconds", deadline_of(service, parts.task));
  if (const auto settle = settling_time(service, parts.task); settle > 0) spec.set("minReadySeconds", settle);
  // With `scale` their number is the autoscaler's: it is never said.
  if (!daemon && !is_scaled(service)) spec.set("replicas", service.config["desired"]);
  auto out = parts.make(daemon ? "daemon" : "deployment", daemon ? "daemon_set" : "deployment", std::move(spec));
  auto inputs = *out.inputs.map();
  inputs.set("selector", selector_of(parts.lowering, service));
  inputs.set("rollback", service.config["deploy"]["rollback"] != Value("never"));
  out.inputs = std::move(inputs);
  return out;
}

List metrics_of(const Value& scale) {
  List out;
  for (const auto& [target, name] : {std::pair("target_cpu", "cpu"), std::pair("target_memory", "memory")}) {
    const auto* percent = scale[target].get<Percent>();
    if (percent == nullptr) continue;
    auto aim = entries({{"type", "Utilization"}, {"averageUtilization", static_cast<std::int64_t>(percent->value)}});
    out.emplace_back(
        entries({{"type", "Resource"}, {"resource", entries({{"name", name}, {"target", std::move(aim)}})}}));
  }
  return out;
}

void add_scaling(const Parts& parts, Lowered& out) {
  const auto& scale = parts.lowering.resource.config["scale"];
  const auto* range = scale["range"].get<Range>();
  if (range == nullptr) return;
  auto down = entries({{"stabilizationWindowSeconds", seconds_up(scale["cooldown"])}});
  auto spec =
      entries({{"scaleTargetRef", entries({{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", parts.name}})},
               {"minReplicas", range->low},
               {"maxReplicas", range->high},
               {"metrics", metrics_of(scale)},
               {"behavior", entries({{"scaleDown", std::move(down)}})}});
  out.resources.push_back(parts.make("autoscaler", "horizontal_pod_autoscaler", std::move(spec)));
  out.resources.back().depends_on.push_back(parts.lowering.resource.address.with_part("deployment"));
}

// A drained node takes some pods, never all; a pod that isn't ready holds up no drain.
void add_budget(const Parts& parts, Lowered& out) {
  auto unavailable = unavailable_while_drained(parts.lowering.resource);
  if (unavailable.is_null()) return;
  auto spec = entries({{"maxUnavailable", std::move(unavailable)},
                       {"unhealthyPodEvictionPolicy", "AlwaysAllow"},
                       {"selector", match_labels(selector_of(parts.lowering, parts.lowering.resource))}});
  out.resources.push_back(parts.make("budget", "pod_disruption_budget", std::move(spec)));
}

void set_outputs(const Parts& parts, const List& ports, Lowered& out) {
  const auto& service = parts.lowering.resource;
  const auto host = fmt::format("{}.{}.svc", parts.name, parts.space);
  auto urls = urls_of_routes(parts.lowering, service);
  if (urls.empty()) {
    for (const auto& port : ports) {
      const auto* number = port["port"].integer();
      if (number == nullptr || port["protocol"] != Value("TCP")) continue;
      urls.emplace_back(fmt::format("http://{}:{}", host, *number));
    }
  }
  out.outputs = entries({{"urls", std::move(urls)}, {"address", ports.empty() ? Value() : Value(host)}});
}

}  // namespace

Lowered lower_service(const Lowering& lowering) {
  const auto& service = lowering.resource;
  const auto* cluster = cluster_of(lowering, service);
  const auto* task = lowering.referred(service.config["task"]);
  if (cluster == nullptr || task == nullptr || task->config["container"].map() == nullptr) {
    return engine::nothing(lowering, {"urls", "address"});
  }
  const Parts parts{.lowering = lowering, .cluster = *cluster, .task = *task};
  Lowered out;
  auto pod = pod_template(lowering, *cluster, *task, out);
  out.resources.push_back(workload(parts, std::move(pod)));
  auto ports = service_ports(*task);
  set_outputs(parts, ports, out);
  if (!ports.empty()) {
    auto selector = selector_of(lowering, service);
    out.resources.push_back(
        parts.make("service", "kube_service",
                   entries({{"type", "ClusterIP"}, {"selector", std::move(selector)}, {"ports", std::move(ports)}})));
  }
  add_scaling(parts, out);
  add_budget(parts, out);
  if (auto policy = policy_of_service(lowering, *cluster, *task)) out.resources.push_back(*std::move(policy));
  return out;
}

}  // namespace infra::kubernetes
