#include <fmt/format.h>

#include <algorithm>

#include "providers/kubernetes/lower/kube_fronts.h"
#include "providers/kubernetes/lower/kube_gateway.h"
#include "providers/kubernetes/lower/kube_ingress.h"
#include "providers/kubernetes/lower/kube_names.h"

namespace infra::kubernetes {

namespace {

std::string last_of(const std::string& path) { return path.substr(path.rfind('.') + 1); }

Map extras_of(const Resource& balancer, Map annotations = {}) {
  if (const auto* own = balancer.config["kubernetes"]["annotations"].map()) {
    for (const auto& [name, value] : *own) annotations.set(name, value);
  }
  Map out;
  if (!annotations.empty()) out.set("annotations", std::move(annotations));
  return out;
}

// EKS makes a Network Load Balancer of a Service, for TCP and UDP, in public subnets or in private ones; by default it
// would be one of the first generation. https://kubernetes.io/docs/concepts/services-networking/service/
Map on_eks(bool internal) {
  Map out = entries({{"service.beta.kubernetes.io/aws-load-balancer-type", "nlb"}});
  if (internal) {
    out.set("service.beta.kubernetes.io/aws-load-balancer-internal", "true");
    out.set("service.beta.kubernetes.io/aws-load-balancer-scheme", "internal");
  }
  return out;
}

// The balancer's Service and the service's own stand beside each other.
bool check_name(const Lowering& lowering, const Resource& cluster) {
  const auto& balancer = lowering.resource;
  for (const auto* service : lowering.of_kind("service")) {
    if (cluster_of(lowering, *service) != &cluster || name_of(*service) != name_of(balancer)) continue;
    lowering.diagnostics
        .error("E0311", balancer.span,
               fmt::format("load_balancer `{}` and service `{}` are both Services called \"{}\" of one namespace",
                           balancer.address.path, service->address.path, name_of(balancer)),
               "", "call one of them otherwise")
        .secondary.push_back({service->span, "the other one"});
    return false;
  }
  return true;
}

void add_service(const Lowering& lowering, Lowered& out) {
  const auto& balancer = lowering.resource;
  const auto routes = routes_behind(lowering, balancer);
  const auto& service = *routes.front().service;
  const auto* cluster = cluster_of(lowering, service);
  const auto* task = lowering.referred(service.config["task"]);
  if (cluster == nullptr || task == nullptr || !check_name(lowering, *cluster)) return;
  List ports;
  for (const auto& route : routes) {
    ports.emplace_back(entries({{"name", dns_label(last_of(route.listener->address.path))},
                                {"port", route.listener->config["port"]},
                                {"targetPort", engine::port_of(route, *task).number},
                                {"protocol", engine::protocol_of(*route.listener) == "udp" ? "UDP" : "TCP"}}));
  }
  const bool internal = balancer.config["internal"] == Value(true);
  auto body = extras_of(balancer, is_on_eks(lowering) ? on_eks(internal) : Map());
  body.set("spec", entries({{"type", stays_inside(lowering, balancer) ? "ClusterIP" : "LoadBalancer"},
                            {"selector", selector_of(lowering, service)},
                            {"ports", std::move(ports)}}));
  out.resources.push_back(make_object(lowering, {.part = "service",
                                                 .type = "kube_service",
                                                 .space = namespace_of(lowering, *cluster),
                                                 .name = name_of(balancer),
                                                 .body = std::move(body)}));
  if (!cluster->existing) out.resources.back().depends_on.push_back(cluster->address.with_part("namespace"));
}

void add_ingresses(const Lowering& lowering, Lowered& out) {
  for (const auto* cluster : clusters_behind(lowering, lowering.resource)) {
    auto body = extras_of(lowering.resource);
    add_ingress(lowering, *cluster, std::move(body), out);
  }
}

}  // namespace

Lowered lower_load_balancer(const Lowering& lowering) {
  const auto front = front_of(lowering, lowering.resource);
  if (front == Front::refused) return engine::nothing(lowering, {"", "address"});
  Lowered out;
  if (front == Front::service) add_service(lowering, out);
  if (front == Front::ingress) add_ingresses(lowering, out);
  if (front == Front::gateway) add_gateway(lowering, extras_of(lowering.resource), out);
  const auto address = address_of_front(lowering, lowering.resource);
  out.outputs = entries({{"", address}, {"address", address}});
  return out;
}

}  // namespace infra::kubernetes
