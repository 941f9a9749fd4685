#include "providers/kubernetes/lower/kube_fronts.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "providers/kubernetes/lower/kube_names.h"
#include "providers/kubernetes/lower/kube_secrets.h"
#include "providers/kubernetes/objects/object_schemas.h"

namespace infra::kubernetes {

using engine::RouteView;

namespace {

bool is_internal(const Resource& balancer) { return balancer.config["internal"] == Value(true); }

bool takes_all(const RouteView& route) {
  const auto& path = (*route.config)["path"];
  return (*route.config)["host"].is_null() && (path.is_null() || path == Value("/*"));
}

bool is_web_port(const Resource& listener) {
  const auto& port = listener.config["port"];
  return port == Value(80) || port == Value(443);
}

bool has_rules(const std::vector<RouteView>& routes) {
  return routes.size() > 1 || std::any_of(routes.begin(), routes.end(), [](const auto& r) { return !takes_all(r); });
}

bool has_gateway(const Lowering& lowering) { return !lowering.context.platform.config["gateway"].is_null(); }

// Bytes, or all requests of a port that no Ingress has; inside of the cluster all requests of any port.
bool wants_service(const Lowering& lowering, const Resource& balancer, const Resource& listener,
                   const std::vector<RouteView>& routes) {
  const auto protocol = engine::protocol_of(listener);
  if (protocol == "https") return false;
  const bool any_port = has_gateway(lowering);
  return protocol != "http" || (!any_port && !is_web_port(listener)) || (is_internal(balancer) && !has_rules(routes));
}

struct Sorts {
  const Resource* service = nullptr;  // the first listener of each sort
  const Resource* http = nullptr;
};

Sorts sorts_of(const Lowering& lowering, const Resource& balancer) {
  Sorts out;
  for (const auto* listener : engine::listeners_of(lowering, balancer)) {
    const auto routes = engine::routes_through(lowering, *listener);
    if (routes.empty()) continue;
    auto& first = wants_service(lowering, balancer, *listener, routes) ? out.service : out.http;
    if (first == nullptr) first = listener;
  }
  return out;
}

bool check_sorts(const Lowering& lowering, const Resource& balancer, const Sorts& sorts) {
  auto& diagnostics = lowering.diagnostics;
  const auto* object = has_gateway(lowering) ? "a Gateway" : "an Ingress";
  if (sorts.service != nullptr && sorts.http != nullptr) {
    diagnostics
        .error("E0417", sorts.service->place("port"),
               fmt::format("load_balancer `{}` would have two addresses on Kubernetes", balancer.address.path),
               "gets an address of its own", "make a load balancer for each")
        .secondary.push_back({sorts.http->place("port"), fmt::format("this one is {}", object)});
    return false;
  }
  if (is_internal(balancer) && sorts.http != nullptr) {
    diagnostics.error("E0417", balancer.place("internal"),
                      fmt::format("load_balancer `{}` is internal, and {} of Kubernetes is open to the outside",
                                  balancer.address.path, object),
                      "routes by path, host or https",
                      "inside of the cluster call the services by their names, or let one have all of a listener");
    return false;
  }
  return true;
}

// All that comes to one address is for one service.
bool check_single(const Lowering& lowering, const Resource& balancer) {
  const auto routes = routes_behind(lowering, balancer);
  for (const auto& route : routes) {
    if (route.service == routes.front().service) continue;
    lowering.diagnostics
        .error(
            "E0415", route.service->place(fmt::format("route.{}.listener", route.index)),
            fmt::format("services `{}` and `{}` share load_balancer.{}, and on Kubernetes such an address leads to one",
                        routes.front().service->address.path, route.service->address.path, balancer.address.path),
            "a second service", "make a load balancer for each")
        .secondary.push_back({routes.front().service->span, "the first one"});
    return false;
  }
  for (const auto* listener : engine::listeners_of(lowering, balancer)) {
    const auto& certificate = listener->config["certificate"];
    if (engine::protocol_of(*listener) == "tls" || !certificate.is_null()) {
      lowering.diagnostics.error(
          "E0417", listener->place(certificate.is_null() ? "protocol" : "certificate"),
          fmt::format("listener `{}` ends TLS, and a Service of Kubernetes passes bytes on as they are",
                      listener->address.path),
          "", "use protocol = https, or tcp and let the container end TLS");
      return false;
    }
  }
  return true;
}

bool check_ports(const Lowering& lowering, const Resource& balancer) {
  for (const auto* listener : engine::listeners_of(lowering, balancer)) {
    if (engine::protocol_of(*listener) != "https" || is_web_port(*listener)) continue;
    lowering.diagnostics.error(
        "E0416", listener->place("port"),
        fmt::format("listener `{}` speaks https, and an Ingress of Kubernetes does so on 443 only",
                    listener->address.path),
        "443", "use port 443");
    return false;
  }
  return true;
}

}  // namespace

std::vector<RouteView> routes_behind(const Lowering& lowering, const Resource& balancer) {
  std::vector<RouteView> out;
  for (const auto* listener : engine::listeners_of(lowering, balancer)) {
    for (auto& route : engine::routes_through(lowering, *listener)) {
      if (route.service->platform == balancer.platform) out.push_back(route);
    }
  }
  return out;
}

std::vector<const Resource*> clusters_behind(const Lowering& lowering, const Resource& balancer) {
  std::vector<const Resource*> out;
  for (const auto& route : routes_behind(lowering, balancer)) {
    if (const auto* cluster = cluster_of(lowering, *route.service)) out.push_back(cluster);
  }
  std::sort(out.begin(), out.end(), [](const Resource* a, const Resource* b) { return a->address < b->address; });
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool is_on_eks(const Lowering& lowering) { return !lowering.context.platform.config["eks"].is_null(); }

bool stays_inside(const Lowering& lowering, const Resource& balancer) {
  return is_internal(balancer) && !is_on_eks(lowering);
}

Front front_of(const Lowering& lowering, const Resource& balancer) {
  const auto sorts = sorts_of(lowering, balancer);
  if (sorts.service == nullptr && sorts.http == nullptr) return Front::none;
  if (!check_sorts(lowering, balancer, sorts)) return Front::refused;
  if (sorts.service != nullptr) return check_single(lowering, balancer) ? Front::service : Front::refused;
  if (has_gateway(lowering)) return Front::gateway;
  return check_ports(lowering, balancer) ? Front::ingress : Front::refused;
}

Value address_of_front(const Lowering& lowering, const Resource& balancer) {
  const auto clusters = clusters_behind(lowering, balancer);
  if (clusters.empty()) return {};
  const auto sorts = sorts_of(lowering, balancer);
  if (sorts.service != nullptr && stays_inside(lowering, balancer)) {
    return fmt::format("{}.{}.svc", name_of(balancer), namespace_of(lowering, *clusters.front()));
  }
  const auto part = sorts.service != nullptr ? std::string("service")
                    : has_gateway(lowering)  ? std::string("gateway")
                                             : "ingress-" + part_in(*clusters.front());
  return infra::Call{.function = "first", .arguments = {part_of(balancer, part, std::string(kAddresses))}};
}

List urls_of_routes(const Lowering& lowering, const Resource& service) {
  List out;
  for (const auto& route : engine::routes_of(lowering, service)) {
    const auto* balancer = lowering.referred(route.listener->config["load_balancer"]);
    if (balancer == nullptr || balancer->platform != service.platform) continue;
    const auto address = address_of_front(lowering, *balancer);
    const auto protocol = engine::protocol_of(*route.listener);
    const auto port = to_text(route.listener->config["port"]).value_or("");
    const bool usual = (protocol == "http" && port == "80") || (protocol == "https" && port == "443");
    const auto end = fmt::format("{}{}", usual ? "" : ":" + port, engine::speaks_http(*route.listener) ? "/" : "");
    if (const auto* known = address.string()) {
      out.emplace_back(fmt::format("{}://{}{}", protocol, *known, end));
    } else {
      out.emplace_back(infra::Call{.function = "interpolate", .arguments = {protocol + "://", address, end}});
    }
  }
  return out;
}

}  // namespace infra::kubernetes
