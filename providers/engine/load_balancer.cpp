// A load balancer: one HAProxy on each of its nodes, which is told of listeners, routes and backends; which tasks are
// behind a backend follows from what runs.
#include "providers/engine/load_balancer.h"

#include <fmt/format.h>

#include <algorithm>

#include "providers/engine/acme.h"
#include "providers/engine/backends.h"
#include "providers/engine/engine_existing.h"
#include "providers/engine/listener_pages.h"
#include "providers/engine/overlay.h"
#include "providers/engine/placement.h"
#include "providers/engine/routes.h"
#include "providers/engine/service_network.h"
#include "providers/engine/service_outputs.h"
#include "providers/engine/zones.h"

namespace infra::engine {

namespace {

constexpr const char* kImage = "haproxy:2.8";

std::string text_in(const Value& value) {
  const auto& plain = value.secret() != nullptr ? *value.secret() : value;
  return plain.string() != nullptr ? *plain.string() : std::string();
}

bool is_internal(const Resource& balancer) { return balancer.config["internal"] == Value(true); }

bool check_listener(const Lowering& lowering, const Resource& listener) {
  if (protocol_of(listener) == "udp") {
    lowering.diagnostics.error("E0310", listener.place("protocol"),
                               "a load balancer on container engines passes no datagrams on", "",
                               "publish the task's udp port on its node: port NAME { protocol = \"udp\"; host = N }");
    return false;
  }
  const auto pem = text_in(certificate_of(lowering, listener));
  if (pem.empty()) return true;
  const bool whole =
      pem.find("-----BEGIN CERTIFICATE-----") != std::string::npos && pem.find("PRIVATE KEY-----") != std::string::npos;
  if (whole) return true;
  lowering.diagnostics.error(
      "E0416", listener.place("certificate"),
      fmt::format("the certificate of listener `{}` isn't PEM with certificate and key", listener.address.path),
      "no certificate with its private key",
      "give both in one text, as a secret: param tls: Secret<String>, and then "
      "infra secret set tls --from file:site.pem");
  return false;
}

// Another load balancer of the stack on the same nodes has this port.
bool check_port(const Lowering& lowering, const Resource& listener) {
  for (const auto* other : lowering.of_kind("listener")) {
    if (!(other->address < listener.address)) break;
    const auto* owner = lowering.referred(other->config["load_balancer"]);
    if (owner == nullptr || owner == &lowering.resource || owner->platform != lowering.resource.platform) continue;
    if (other->config["port"] != listener.config["port"]) continue;
    if (is_internal(*owner) && is_internal(lowering.resource)) continue;  // each at its own gateways
    if (stands_inside(lowering, *owner) || stands_inside(lowering, lowering.resource)) continue;
    lowering.diagnostics
        .error("E0412", listener.place("port"),
               fmt::format("two load balancers listen on port {} of one node",
                           listener.config["port"].integer() != nullptr ? *listener.config["port"].integer() : 0),
               fmt::format("listener `{}`", listener.address.path), "give each listener a port of its own")
        .secondary.push_back({other->place("port"), fmt::format("listener `{}`", other->address.path)});
    return false;
  }
  return true;
}

// nullopt: it was reported.
std::optional<Map> listener_inputs(const Lowering& lowering, const Resource& listener, Backends& backends) {
  if (!check_listener(lowering, listener) || !check_port(lowering, listener)) return std::nullopt;
  auto routes = routes_through(lowering, listener);
  std::erase_if(routes, [&](const RouteView& r) { return r.service->platform != lowering.resource.platform; });
  if (!speaks_http(listener) && only_route(lowering, listener, routes) == nullptr) return std::nullopt;
  std::sort(routes.begin(), routes.end(), goes_before);
  auto rules = backends.rules_of(routes, speaks_http(listener));
  const auto slash = listener.address.path.rfind('.');
  Map out({{"name", run_time_name(listener.address.path.substr(slash == std::string::npos ? 0 : slash + 1))},
           {"port", listener.config["port"]},
           {"protocol", protocol_of(listener)},
           {"routes", std::move(rules)}});
  add_pages(listener, out);
  return out;
}

// At whose gateways it listens.
List networks_beside(const Lowering& lowering, const std::string& node) {
  if (!is_internal(lowering.resource) || stands_inside(lowering, lowering.resource)) return {};
  return networks_on(lowering, stated_subnets(lowering, lowering.resource), node);
}

// Those of its own subnets, where it is asked, and of each service behind it the one in which a task's address is: no
// way leads from one network to the other.
List networks_inside(const Lowering& lowering, const std::string& node) {
  List out;
  const auto add = [&](const Value& id) {
    if (std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
  };
  for (const auto& id : networks_on(lowering, stated_subnets(lowering, lowering.resource), node)) add(id);
  for (const auto* listener : listeners_of(lowering, lowering.resource)) {
    for (const auto& route : routes_through(lowering, *listener)) {
      const auto view = view_of(lowering, *route.service);
      if (!view) continue;
      const auto subnets = subnets_of(lowering, *view);
      for (const auto& its_node : nodes_for(lowering, *view)) {
        if (!subnets.empty()) add(networks_on(lowering, subnets, its_node).front());
      }
    }
  }
  return out;
}

std::string alias_of(const Resource& balancer) { return run_time_name(balancer.address.path) + ".lb"; }

Map labels_of(const Resource& resource) {
  Map out;
  if (const auto* own = resource.config["labels"].map()) {
    for (const auto& [name, value] : *own) out.set(name, to_text(value).value_or(""));
  }
  return out;
}

std::vector<Address> addresses_of(const std::vector<LoweredResource>& parts) {
  std::vector<Address> out;
  out.reserve(parts.size());
  for (const auto& part : parts) out.push_back(part.address);
  return out;
}

bool check_subnets(const Lowering& lowering, const std::vector<std::string>& nodes) {
  const auto& balancer = lowering.resource;
  if (is_internal(balancer) && stated_subnets(lowering, balancer).empty()) {
    lowering.diagnostics.error("E0206", balancer.place("internal"),
                               fmt::format("load_balancer `{}` is internal and has no subnets", balancer.address.path),
                               "reachable from nowhere", "say whose containers reach it: subnets = [main.app]");
    return false;
  }
  return check_zones(lowering, nodes);
}

}  // namespace

std::vector<std::string> nodes_of_balancer(const Lowering& lowering, const Resource& balancer) {
  return nodes_in_zones_of(lowering, stated_subnets(lowering, balancer));
}

Lowered lower_load_balancer(const Lowering& lowering) {
  const auto& balancer = lowering.resource;
  const auto nodes = nodes_of_balancer(lowering, balancer);
  if (!check_subnets(lowering, nodes)) return nothing(lowering, {"", "address"});
  Backends backends(lowering);
  List listeners;
  Map certificates;
  Acme acme(lowering);
  const auto declared = listeners_of(lowering, balancer);
  if (!acme.read(declared)) return nothing(lowering, {"", "address"});
  for (const auto* listener : declared) {
    auto inputs = listener_inputs(lowering, *listener, backends);
    if (!inputs) return nothing(lowering, {"", "address"});
    acme.add_to(*inputs, *listener);
    const auto certificate = certificate_of(lowering, *listener);
    if (!certificate.is_null()) {
      const auto value = lowering.substituted(certificate);
      certificates.set((*inputs)["name"].string() != nullptr ? *(*inputs)["name"].string() : "",
                       value.secret() != nullptr ? value : Value::secret(value));
    }
    listeners.emplace_back(*std::move(inputs));
  }
  const auto& image = balancer.config["nodes"]["image"];
  const Map shared({{"name", world_name(lowering, balancer)},
                    {"image", image.is_null() ? Value(kImage) : image},
                    {"labels", labels_of(balancer)},
                    {"listeners", std::move(listeners)},
                    {"certificates", std::move(certificates)},
                    {"backends", backends.take()}});
  Lowered out;
  for (const auto& node : nodes) {
    Map inputs({{"node", node}});
    for (const auto& [name, value] : shared) inputs.set(name, value);
    if (auto networks = networks_beside(lowering, node); !networks.empty()) inputs.set("networks", std::move(networks));
    if (stands_inside(lowering, balancer)) {
      inputs.set("inside", networks_inside(lowering, node));
      inputs.set("alias", alias_of(balancer));
    }
    auto part = lowering.part(node, "load_balancer", std::move(inputs));
    keep_derived_name(balancer, part.options.ignore);
    // Two of them can't listen on one port of a node.
    if (part.options.replace == Replace::by_platform) part.options.replace = Replace::destroy_first;
    out.resources.push_back(std::move(part));
  }
  for (auto& part : acme.parts(addresses_of(out.resources))) out.resources.push_back(std::move(part));
  const auto address = address_of_balancer(lowering, balancer);
  out.outputs = Map({{"", address}, {"address", address}});
  return out;
}

Lowered lower_listener(const Lowering& lowering) {
  Lowered out;
  out.outputs = Map({{"", lowering.resource.config["port"]}});
  return out;
}

bool stands_inside(const Lowering& lowering, const Resource& balancer) {
  return is_internal(balancer) && spans_nodes(lowering.context.platform);
}

Value address_of_balancer(const Lowering& lowering, const Resource& balancer) {
  const auto nodes = nodes_of_balancer(lowering, balancer);
  if (nodes.empty()) return Null{};
  if (stands_inside(lowering, balancer)) return alias_of(balancer);
  if (!is_internal(balancer)) return node_host(lowering.context.platform, nodes.front());
  return Ref{.address = balancer.address.with_part(nodes.front()), .attribute = "address"};
}

namespace {

// Where a listener is found.
struct Door {
  Value address;
  std::int64_t port = 0;
  std::string protocol;
  bool http = false;
};

std::int64_t number_in(const Value& value) { return value.integer() != nullptr ? *value.integer() : 0; }

std::optional<Door> door_of(const Lowering& lowering, const Resource& listener) {
  if (listener.existing) {
    const auto* read = lowering.context.outputs(listener.address);
    if (read == nullptr)
      return Door{.address = Unknown{listener.address.text()}, .port = 0, .protocol = "http", .http = true};
    return Door{.address = (*read)["address"],
                .port = number_in((*read)["port"]),
                .protocol = text_in((*read)["protocol"]),
                .http = true};
  }
  const auto* balancer = lowering.referred(listener.config["load_balancer"]);
  if (balancer == nullptr || balancer->existing) return std::nullopt;
  return Door{.address = address_of_balancer(lowering, *balancer),
              .port = number_in(listener.config["port"]),
              .protocol = protocol_of(listener),
              .http = speaks_http(listener)};
}

}  // namespace

List urls_of_routes(const Lowering& lowering, const Resource& service) {
  List out;
  for (const auto& route : routes_of(lowering, service)) {
    const auto door = door_of(lowering, *route.listener);
    if (!door) continue;
    const auto& host = (*route.config)["host"];
    const bool named = host.string() != nullptr && host.string()->find('*') == std::string::npos;
    const auto& protocol = door->protocol;
    const auto where = named ? host : door->address;
    auto path = text_in((*route.config)["path"]);
    path = door->http ? path.substr(0, path.find_first_of("*?")) : "";
    const bool usual = (protocol == "http" && door->port == 80) || (protocol == "https" && door->port == 443);
    const auto end = usual ? path : fmt::format(":{}{}", door->port, path);
    if (where.string() != nullptr) {
      out.emplace_back(fmt::format("{}://{}{}", protocol, *where.string(), end));
    } else {
      out.emplace_back(Call{.function = "interpolate", .arguments = {protocol + "://", where, end}});
    }
  }
  return out;
}

std::vector<Address> balancers_of(const Lowering& lowering, const Resource& service) {
  std::vector<Address> out;
  for (const auto& route : routes_of(lowering, service)) {
    const auto* balancer = lowering.referred(route.listener->config["load_balancer"]);
    if (balancer == nullptr || balancer->existing || balancer->platform != service.platform) continue;
    // Of one that couldn't be lowered nothing is known, and its fault is reported.
    const auto* outputs = lowering.context.outputs(balancer->address);
    if (outputs == nullptr || (*outputs)["address"].unknown() != nullptr) continue;
    for (const auto& node : nodes_of_balancer(lowering, *balancer)) out.push_back(balancer->address.with_part(node));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::optional<Duration> drain_of(const Resource& service) {
  std::optional<Duration> out;
  const auto* routes = service.config["route"].list();
  if (routes == nullptr) return out;
  for (const auto& route : *routes) {
    const auto* drain = route["drain"].get<Duration>();
    if (drain != nullptr && (!out || out->ms < drain->ms)) out = *drain;
  }
  return out;
}

}  // namespace infra::engine
