#include "providers/kubernetes/lower/kube_gateway.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/values/codec.h"
#include "providers/kubernetes/lower/kube_certificates.h"
#include "providers/kubernetes/lower/kube_fronts.h"
#include "providers/kubernetes/lower/kube_names.h"
#include "providers/kubernetes/lower/kube_secrets.h"

namespace infra::kubernetes {

using engine::RouteView;

namespace {

// The name of a listener in its Gateway: the last word of its address.
std::string section_of(const Resource& listener) {
  return dns_label(listener.address.path.substr(listener.address.path.rfind('.') + 1));
}

constexpr std::string_view kPart = "gateway";

// Where a Gateway stands, and where its routes are.
struct Site {
  const Resource& home;
  std::vector<const Resource*> clusters;
};

Site site_of(const Lowering& lowering, std::vector<const Resource*> clusters) {
  const auto* home = clusters.front();
  if (const auto* kept = lowering.resource.config[kGatewayHome].string()) {
    auto all = lowering.of_kind("cluster");
    all.insert(all.end(), clusters.begin(), clusters.end());  // those that are existing
    const auto at = std::ranges::find_if(all, [&](const Resource* cluster) {
      return cluster->platform == lowering.resource.platform && namespace_of(lowering, *cluster) == *kept;
    });
    if (at != all.end()) home = *at;
  }
  return {*home, std::move(clusters)};
}

// Which namespaces' routes a listener takes: by the label that each namespace has with its name (1.21).
Map namespaces_of(const Lowering& lowering, const Site& site) {
  if (site.clusters.size() == 1 && site.clusters.front()->address == site.home.address)
    return entries({{"from", "Same"}});
  List names;
  for (const auto* cluster : site.clusters) names.emplace_back(namespace_of(lowering, *cluster));
  auto one = entries({{"key", "kubernetes.io/metadata.name"}, {"operator", "In"}, {"values", std::move(names)}});
  return entries({{"from", "Selector"}, {"selector", entries({{"matchExpressions", List{std::move(one)}}})}});
}

Value listener_of(const Lowering& lowering, const Resource& listener, const Site& site, Lowered& out) {
  const bool https = engine::protocol_of(listener) == "https";
  auto one = entries({{"name", section_of(listener)},
                      {"port", listener.config["port"]},
                      {"protocol", https ? "HTTPS" : "HTTP"},
                      {"allowedRoutes", entries({{"namespaces", namespaces_of(lowering, site)}})}});
  if (https) {
    auto secret = certificate_of(lowering, listener, site.home, out);
    if (!secret.is_null()) {
      one.set("tls", entries({{"mode", "Terminate"}, {"certificateRefs", List{entries({{"name", secret}})}}}));
    }
  }
  return one;
}

// "/api/*" is all below /api; without a star one path.
Map match_of(const RouteView& route) {
  auto path = to_text((*route.config)["path"]).value_or("/*");
  const bool prefix = path.ends_with("/*");
  if (prefix) path.resize(path.size() - 2);
  if (path.empty()) path = "/";
  return entries({{"path", entries({{"type", prefix ? "PathPrefix" : "Exact"}, {"value", path}})}});
}

// Which route wins is Gateway API's rule and ours alike: the more exact host, then the longer path.
void add_http_route(const Lowering& lowering, const RouteView& route, const Resource& home, Lowered& out) {
  const auto& balancer = lowering.resource;
  const auto* cluster = cluster_of(lowering, *route.service);
  const auto* task = lowering.referred(route.service->config["task"]);
  if (cluster == nullptr || task == nullptr) return;
  auto parent = entries({{"name", name_of(balancer)}, {"sectionName", section_of(*route.listener)}});
  if (cluster->address != home.address) parent.set("namespace", namespace_of(lowering, home));
  auto backend = entries({{"name", name_of(*route.service)}, {"port", engine::port_of(route, *task).number}});
  auto spec = entries({{"parentRefs", List{std::move(parent)}}});
  if (const auto host = to_text((*route.config)["host"]).value_or(""); !host.empty()) spec.set("hostnames", List{host});
  spec.set("rules", List{entries({{"matches", List{match_of(route)}}, {"backendRefs", List{std::move(backend)}}})});
  const auto which = fmt::format("{}-{}", run_time_name(route.service->address.path), route.index);
  out.resources.push_back(make_object(lowering, {.part = "route-" + which,
                                                 .type = "http_route",
                                                 .space = namespace_of(lowering, *cluster),
                                                 .name = dotted_name(name_of(balancer), which),
                                                 .body = entries({{"spec", std::move(spec)}})}));
  auto& needs = out.resources.back().depends_on;
  needs.push_back(balancer.address.with_part(std::string(kPart)));
  if (!cluster->existing) needs.push_back(cluster->address.with_part("namespace"));
}

}  // namespace

std::optional<Value> recorded_gateway_home(const std::vector<RecordedPart>& parts) {
  const auto gateway = std::ranges::find(parts, kPart, &RecordedPart::part);
  const auto inputs = gateway != parts.end() ? from_json(gateway->inputs) : Result<Value>(Value());
  if (!inputs || (*inputs)["namespace"].string() == nullptr) return std::nullopt;
  return (*inputs)["namespace"];
}

void add_gateway(const Lowering& lowering, Map body, Lowered& out) {
  const auto& balancer = lowering.resource;
  auto clusters = clusters_behind(lowering, balancer);
  if (clusters.empty()) return;
  const auto site = site_of(lowering, std::move(clusters));
  List listeners;
  for (const auto* listener : engine::listeners_of(lowering, balancer)) {
    if (!engine::routes_through(lowering, *listener).empty()) {
      listeners.push_back(listener_of(lowering, *listener, site, out));
    }
  }
  const auto& own = balancer.config["kubernetes"]["class"];
  body.set("spec", entries({{"gatewayClassName", own.is_null() ? lowering.context.platform.config["gateway"] : own},
                            {"listeners", std::move(listeners)}}));
  out.resources.push_back(make_object(lowering, {.part = std::string(kPart),
                                                 .type = "gateway",
                                                 .space = namespace_of(lowering, site.home),
                                                 .name = name_of(balancer),
                                                 .body = std::move(body)}));
  if (!site.home.existing) out.resources.back().depends_on.push_back(site.home.address.with_part("namespace"));
  for (const auto& route : routes_behind(lowering, balancer)) add_http_route(lowering, route, site.home, out);
}

}  // namespace infra::kubernetes
