#include "providers/kubernetes/lower/kube_networks.h"

#include <fmt/format.h>

#include <algorithm>

#include "providers/engine/routes.h"
#include "providers/kubernetes/lower/kube_fronts.h"
#include "providers/kubernetes/lower/kube_names.h"

namespace infra::kubernetes {

namespace {

bool is_public(const Resource& subnet) { return subnet.config["public"] == Value(true); }

// The subnets that a runner states, else the private ones of the vpc, else all of it.
std::vector<const Resource*> subnets_of(const Lowering& lowering, const Resource& runner, const Resource& vpc) {
  std::vector<const Resource*> stated;
  if (const auto* list = runner.config["subnets"].list()) {
    for (const auto& one : *list) {
      if (const auto* subnet = lowering.referred(one)) stated.push_back(subnet);
    }
    return stated;
  }
  std::vector<const Resource*> all;
  std::vector<const Resource*> closed;
  for (const auto* subnet : lowering.of_kind("subnet")) {
    if (lowering.referred(subnet->config["vpc"]) != &vpc) continue;
    all.push_back(subnet);
    if (!is_public(*subnet)) closed.push_back(subnet);
  }
  return closed.empty() ? all : closed;
}

bool stands_in_the_open(const Lowering& lowering, const Resource& runner, const Resource& vpc) {
  const auto subnets = subnets_of(lowering, runner, vpc);
  return std::any_of(subnets.begin(), subnets.end(), [](const Resource* one) { return is_public(*one); });
}

// Balancers send from outside of the vpc: from a controller's namespace, or from the nodes.
List routed_ports(const Lowering& lowering, const Resource& task) {
  List out;
  for (const auto& route : engine::routes_of(lowering, lowering.resource)) {
    const auto* balancer = lowering.referred(route.listener->config["load_balancer"]);
    if (balancer == nullptr || stays_inside(lowering, *balancer)) continue;
    const auto to = engine::port_of(route, task);
    auto port =
        entries({{"port", to.number}, {"protocol", engine::protocol_of(*route.listener) == "udp" ? "UDP" : "TCP"}});
    if (std::find(out.begin(), out.end(), Value(port)) == out.end()) out.emplace_back(std::move(port));
  }
  return out;
}

}  // namespace

const Resource* vpc_of(const Lowering& lowering, const Resource& cluster) {
  return lowering.referred(cluster.config["vpc"]);
}

std::string vpc_label(const Lowering& lowering, const Resource& vpc) {
  return label_value(fmt::format("{}-{}", run_time_name(lowering.context.stack), name_of(vpc)));
}

LoweredResource policy_of_namespace(const Lowering& lowering, const std::string& space, const Resource& vpc) {
  auto inside = entries({{"matchLabels", entries({{"infra.vpc", vpc_label(lowering, vpc)}})}});
  auto spec = entries({{"podSelector", Map()},
                       {"policyTypes", List{"Ingress"}},
                       {"ingress", List{entries({{"from", List{entries({{"namespaceSelector", inside}})}}})}}});
  return make_object(lowering, {.part = "policy",
                                .type = "network_policy",
                                .space = space,
                                .name = dotted_name("vpc", name_of(vpc)),
                                .body = entries({{"spec", std::move(spec)}})});
}

std::optional<LoweredResource> policy_of_service(const Lowering& lowering, const Resource& cluster,
                                                 const Resource& task) {
  const auto* vpc = vpc_of(lowering, cluster);
  if (vpc == nullptr) return std::nullopt;
  Map rule;
  if (!stands_in_the_open(lowering, lowering.resource, *vpc)) {
    auto ports = routed_ports(lowering, task);
    if (ports.empty()) return std::nullopt;
    rule.set("ports", std::move(ports));
  }
  auto spec = entries({{"podSelector", match_labels(selector_of(lowering, lowering.resource))},
                       {"policyTypes", List{"Ingress"}},
                       {"ingress", List{std::move(rule)}}});
  return make_object(lowering, {.part = "policy",
                                .type = "network_policy",
                                .space = namespace_of(lowering, cluster),
                                .name = dotted_name("service", name_of(lowering.resource)),
                                .body = entries({{"spec", std::move(spec)}})});
}

}  // namespace infra::kubernetes
