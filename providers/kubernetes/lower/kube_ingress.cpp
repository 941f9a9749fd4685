#include "providers/kubernetes/lower/kube_ingress.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "providers/kubernetes/lower/kube_certificates.h"
#include "providers/kubernetes/lower/kube_fronts.h"
#include "providers/kubernetes/lower/kube_names.h"
#include "providers/kubernetes/lower/kube_secrets.h"

namespace infra::kubernetes {

using engine::RouteView;

namespace {

std::string host_of(const RouteView& route) { return to_text((*route.config)["host"]).value_or(""); }

// "/api/*" is all below /api; without a star one path.
Map path_of(const Lowering& lowering, const RouteView& route) {
  auto path = to_text((*route.config)["path"]).value_or("/*");
  const bool prefix = path.ends_with("/*");
  if (prefix) path.resize(path.size() - 2);
  if (path.empty()) path = "/";
  const auto* task = lowering.referred(route.service->config["task"]);
  const auto number = task != nullptr ? engine::port_of(route, *task).number : Value();
  auto service = entries({{"name", name_of(*route.service)}, {"port", entries({{"number", number}})}});
  return entries({{"path", path},
                  {"pathType", prefix ? "Prefix" : "Exact"},
                  {"backend", entries({{"service", std::move(service)}})}});
}

// An Ingress answers on http and https alike: what both listeners say is one rule, and they can't say two things.
bool check_same(const Lowering& lowering, const RouteView& route, const Map& path, const Map& other) {
  if (path == other) return true;
  lowering.diagnostics.error(
      "E0417", route.service->place(fmt::format("route.{}.path", route.index)),
      fmt::format("service `{}` has a path that another has on this load balancer's other listener",
                  route.service->address.path),
      "an Ingress of Kubernetes has the same paths on http and https", "send both to one service");
  return false;
}

List rules_of(const Lowering& lowering, std::vector<RouteView> routes) {
  std::sort(routes.begin(), routes.end(), engine::goes_before);
  std::map<std::string, List> by_host;
  for (const auto& route : routes) {
    auto path = path_of(lowering, route);
    auto& paths = by_host[host_of(route)];
    const auto same = std::find_if(paths.begin(), paths.end(), [&](const Value& other) {
      return other["path"] == path["path"] && other["pathType"] == path["pathType"];
    });
    if (same == paths.end()) {
      paths.emplace_back(std::move(path));
    } else if (!check_same(lowering, route, path, *same->map())) {
      return {};
    }
  }
  List out;
  for (auto& [host, paths] : by_host) {
    Map rule;
    if (!host.empty()) rule.set("host", host);
    rule.set("http", entries({{"paths", std::move(paths)}}));
    out.emplace_back(std::move(rule));
  }
  return out;
}

List tls_of(const Lowering& lowering, const Resource& cluster, const std::vector<RouteView>& routes, Lowered& out) {
  List all;
  for (const auto* listener : engine::listeners_of(lowering, lowering.resource)) {
    if (engine::protocol_of(*listener) != "https") continue;
    std::vector<std::string> hosts;
    for (const auto& route : routes) {
      if (route.listener == listener && !host_of(route).empty()) hosts.push_back(host_of(route));
    }
    std::sort(hosts.begin(), hosts.end());
    hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
    Map one;
    if (!hosts.empty()) one.set("hosts", List(hosts.begin(), hosts.end()));
    if (auto secret = certificate_of(lowering, *listener, cluster, out); !secret.is_null()) {
      one.set("secretName", std::move(secret));
    }
    all.emplace_back(std::move(one));
  }
  return all;
}

Value class_of(const Lowering& lowering) {
  const auto& own = lowering.resource.config["kubernetes"]["class"];
  return own.is_null() ? lowering.context.platform.config["ingress"] : own;
}

}  // namespace

void add_ingress(const Lowering& lowering, const Resource& cluster, Map body, Lowered& out) {
  auto routes = routes_behind(lowering, lowering.resource);
  std::erase_if(routes, [&](const RouteView& route) { return cluster_of(lowering, *route.service) != &cluster; });
  Map spec;
  if (const auto name = class_of(lowering); !name.is_null()) spec.set("ingressClassName", name);
  if (auto tls = tls_of(lowering, cluster, routes, out); !tls.empty()) spec.set("tls", std::move(tls));
  spec.set("rules", rules_of(lowering, std::move(routes)));
  body.set("spec", std::move(spec));
  out.resources.push_back(make_object(lowering, {.part = "ingress-" + part_in(cluster),
                                                 .type = "ingress",
                                                 .space = namespace_of(lowering, cluster),
                                                 .name = name_of(lowering.resource),
                                                 .body = std::move(body)}));
  if (!cluster.existing) out.resources.back().depends_on.push_back(cluster.address.with_part("namespace"));
}

}  // namespace infra::kubernetes
