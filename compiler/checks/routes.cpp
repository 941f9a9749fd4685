#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/checks/parts.h"
#include "compiler/checks/use.h"

namespace infra::checks {
namespace {

const std::string& text_of(const Value& value) {
  static const std::string kNone;
  return value.string() != nullptr ? *value.string() : kNone;
}

bool is_http(const std::string& protocol) { return protocol == "http" || protocol == "https"; }

std::vector<std::string> ports_by_name(const Use& use) {
  std::vector<std::string> out;
  for (const auto& [label, container] : use.containers()) {
    const auto* ports = container["port"].map();
    if (ports == nullptr) continue;
    for (const auto& [name, port] : *ports) out.push_back(fmt::format("{}.{}", label, name));
  }
  return out;
}

void check_target(const Use& use, const Value& route, const std::string& path, Diagnostics& diagnostics) {
  const auto* to = route["to"].string();
  const auto all = ports_by_name(use);
  if (to == nullptr || std::find(all.begin(), all.end(), *to) != all.end()) return;
  const auto dot = to->find('.');
  const auto place = use.owner->place(path + "to");
  const auto near = did_you_mean(*to, all);
  const auto* container = use.containers().find(to->substr(0, dot));
  auto& diagnostic = diagnostics.error(
      "E0410", place,
      container == nullptr ? fmt::format("{} has no container `{}`", named(*use.task), to->substr(0, dot))
                           : fmt::format("container `{}` of {} has no port `{}`", to->substr(0, dot), named(*use.task),
                                         to->substr(dot + 1)),
      "no such port",
      !near.empty() ? fmt::format("did you mean `{}`?", near)
      : all.empty() ? "declare a port in a container: port http { container = 8080 }"
                    : fmt::format("its ports are {}", fmt::join(all, ", ")));
  diagnostic.secondary.push_back(
      {container != nullptr ? use.task->place("container." + to->substr(0, dot)) : use.task->span, "the task"});
  if (!near.empty()) diagnostic.fixes.push_back({place, near});
}

// Paths and hosts are read out of HTTP; other listeners pass bytes on.
void check_protocol(const Use& use, const Resource& listener, const std::string& path, Diagnostics& diagnostics) {
  const auto& protocol = text_of(listener.config["protocol"]);
  if (protocol.empty() || is_http(protocol)) return;
  for (const auto* attribute : {"path", "host"}) {
    const auto at = use.owner->written(path + attribute);
    if (!at) continue;
    diagnostics
        .error("E0415", *at,
               fmt::format("{} routes by `{}`, but its listener speaks {}", named(*use.owner), attribute, protocol),
               fmt::format("{} has no {}s", protocol, attribute), "leave it out, or use an http listener")
        .secondary.push_back({listener.place("protocol"), protocol});
  }
}

struct Route {
  const Use* use;
  std::string path;  // in the config
};

void report_same(const Route& one, const Route& other, Diagnostics& diagnostics) {
  const auto place = [](const Route& route) {
    return route.use->owner->written(route.path + "path").value_or(route.use->owner->place(route.path + "listener"));
  };
  const bool swapped = place(other) < place(one);
  const auto& later = swapped ? one : other;
  const auto& earlier = swapped ? other : one;
  diagnostics
      .error("E0415", place(later),
             fmt::format("two routes take the same requests: {} and {}", named(*earlier.use->owner),
                         named(*later.use->owner)),
             "never gets one", "give them different paths or hosts")
      .secondary.push_back({place(earlier), "takes them first"});
}

void check_routes(const Graph& graph, const std::vector<Use>& uses, Diagnostics& diagnostics) {
  std::map<std::tuple<Address, std::string, std::string>, Route> seen;
  for (const auto& use : uses) {
    const auto* routes = use.config("route").list();
    if (!use.is_service() || routes == nullptr) continue;
    for (std::size_t i = 0; i < routes->size(); ++i) {
      const auto& route = (*routes)[i];
      const auto path = fmt::format("route.{}.", i);
      check_target(use, route, path, diagnostics);
      const auto* ref = route["listener"].ref();
      const auto* listener = ref != nullptr ? graph.find(ref->address) : nullptr;
      if (listener == nullptr) continue;
      check_protocol(use, *listener, path, diagnostics);
      if (!route["path"].known() || !route["host"].known()) continue;
      const auto [at, fresh] =
          seen.try_emplace({ref->address, text_of(route["host"]), text_of(route["path"])}, Route{&use, path});
      if (!fresh) report_same(at->second, {&use, path}, diagnostics);
    }
  }
}

// One balancer's listeners: a port each, a certificate where one is needed; on AWS all of one sort.
class Balancer {
 public:
  Balancer(const Resource& balancer, const PlatformDecl* platform, Diagnostics& diagnostics)
      : balancer_(balancer), on_aws_(platform != nullptr && platform->kind == "aws"), diagnostics_(diagnostics) {}

  void add(const Resource& listener) {
    certificate(listener);
    const auto& protocol = text_of(listener.config["protocol"]);
    if (protocol.empty()) return;
    if (const auto* port = listener.config["port"].integer()) {
      pair(ports_[{*port, protocol == "udp"}], listener, "E0412", "port",
           fmt::format("{} listens twice on port {}", named(balancer_), *port), "give each listener a port of its own");
    }
    if (!on_aws_) return;
    auto*& other = sorts_[!is_http(protocol)];
    if (other == nullptr) other = &listener;
    if (sorts_[false] != nullptr && sorts_[true] != nullptr) {
      const auto* first = sorts_[is_http(protocol)];
      pair(first, listener, "E0415", "protocol",
           fmt::format("{} mixes http with other protocols, which AWS keeps apart", named(balancer_)),
           "make two load balancers: an ALB speaks http and https, an NLB the others");
    }
  }

 private:
  void certificate(const Resource& listener) {
    const auto& protocol = text_of(listener.config["protocol"]);
    if ((protocol != "https" && protocol != "tls") || !listener.config["certificate"].is_null()) return;
    diagnostics_.error("E0206", listener.place("protocol"),
                       fmt::format("listener `{}` has no certificate", listener.address.path),
                       fmt::format("{} needs one", protocol), "add `certificate = …`");
  }

  void pair(const Resource*& first, const Resource& listener, std::string code, const char* attribute,
            std::string message, std::string help) {
    if (first == nullptr) {
      first = &listener;
      return;
    }
    const bool swapped = listener.place(attribute) < first->place(attribute);
    const auto& later = swapped ? *first : listener;
    const auto& earlier = swapped ? listener : *first;
    diagnostics_
        .error(std::move(code), later.place(attribute), std::move(message),
               fmt::format("listener `{}`", later.address.path), std::move(help))
        .secondary.push_back({earlier.place(attribute), fmt::format("listener `{}`", earlier.address.path)});
  }
  void pair(const Resource* const& first, const Resource& listener, std::string code, const char* attribute,
            std::string message, std::string help) {
    const Resource* copy = first;
    pair(copy, listener, std::move(code), attribute, std::move(message), std::move(help));
  }

  const Resource& balancer_;
  bool on_aws_;
  Diagnostics& diagnostics_;
  std::map<std::pair<std::int64_t, bool>, const Resource*> ports_;
  std::map<bool, const Resource*> sorts_;
};

void check_balancers(const Graph& graph, Diagnostics& diagnostics) {
  std::map<Address, Balancer> balancers;
  for (const auto& resource : graph.resources) {
    const auto* parent = resource.config["load_balancer"].ref();
    const auto* owner =
        parent != nullptr && resource.address.kind == "listener" ? graph.find(parent->address) : nullptr;
    if (owner == nullptr) continue;
    balancers.try_emplace(owner->address, *owner, graph.platform(owner->platform), diagnostics)
        .first->second.add(resource);
  }
}

}  // namespace

void routes(const CheckInput& input, Diagnostics& diagnostics) {
  check_routes(input.graph, uses_of(input.graph), diagnostics);
  check_balancers(input.graph, diagnostics);
}

}  // namespace infra::checks
