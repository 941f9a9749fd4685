#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/network/check_listeners.h"
#include "compiler/checks/services/check_use.h"

namespace infra::checks {
namespace {

const std::string& text_of(const Value& value) {
  static const std::string kNone;
  return value.string() != nullptr ? *value.string() : kNone;
}

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
  const auto& protocol = protocol_of(listener);
  if (protocol.empty() || speaks_http(listener)) return;
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

// A listener hands on what it gets: datagrams to a udp port, everything else to a tcp port.
void check_transport(const Use& use, const Resource& listener, const Value& route, const std::string& path,
                     Diagnostics& diagnostics) {
  const auto& protocol = protocol_of(listener);
  if (protocol.empty()) return;
  for (const auto& port : ports_of(use)) {
    if (fmt::format("{}.{}", port.container, port.name) != text_of(route["to"])) continue;
    if ((protocol == "udp") == (port.protocol == "udp")) return;
    auto& diagnostic = diagnostics.error("E0415", use.owner->place(path + "to"),
                                         fmt::format("{} gets {} from its listener, but port `{}` takes {}",
                                                     named(*use.owner), protocol, port.name, port.protocol),
                                         fmt::format("a {} port", port.protocol),
                                         fmt::format("send it to a {} port, or use a listener with protocol = \"{}\"",
                                                     protocol == "udp" ? "udp" : "tcp", port.protocol));
    diagnostic.secondary.push_back({listener.place("protocol"), fmt::format("speaks {}", protocol)});
    diagnostic.secondary.push_back(
        {use.task->place(port.path() + ".protocol"), fmt::format("takes {}", port.protocol)});
    return;
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
      check_transport(use, *listener, route, path, diagnostics);
      if (!route["path"].known() || !route["host"].known()) continue;
      const auto [at, fresh] =
          seen.try_emplace({ref->address, text_of(route["host"]), text_of(route["path"])}, Route{&use, path});
      if (!fresh) report_same(at->second, {&use, path}, diagnostics);
    }
  }
}

}  // namespace

void routes(const CheckInput& input, Diagnostics& diagnostics) { check_routes(input.graph, input.uses, diagnostics); }

}  // namespace infra::checks
