#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/network/check_listeners.h"
#include "compiler/checks/platforms/check_kubernetes_objects.h"
#include "compiler/checks/services/check_use.h"

namespace infra::checks {
namespace {

constexpr std::size_t kLongestPort = 15;  // of a port's name (IANA's service names)

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_number(char c) { return c >= '0' && c <= '9'; }

// --- names -------------------------------------------------------------------------------------------------------

// A Service is a DNS-1035 label: unlike all other names it begins with a letter.
void check_service_name(const Use& use, Diagnostics& diagnostics) {
  const auto* own = use.config("name").string();
  const auto name = own != nullptr ? *own : run_time_name(use.owner->address.path);
  if (!use.is_service() || name.empty() || is_letter(name.front())) return;
  diagnostics.error("E0416", use.owner->place("name"),
                    fmt::format("{} is called \"{}\", which can't be a Service of Kubernetes", named(*use.owner), name),
                    "begins with a digit", fmt::format("begin with a letter: name = \"n{}\"", name));
}

void check_port_names(const Use& use, Diagnostics& diagnostics) {
  for (const auto& [label, container] : use.containers()) {
    const auto* ports = container["port"].map();
    std::map<std::string, std::string> seen;  // labels by name
    for (const auto& [port, block] : ports != nullptr ? *ports : Map()) {
      auto name = run_time_name(port).substr(0, kLongestPort);
      while (name.ends_with('-')) name.pop_back();
      const auto place = use.task->place(fmt::format("{}port.{}", container_path(label), port));
      if (std::none_of(name.begin(), name.end(), is_letter)) {
        diagnostics.error(
            "E0416", place,
            fmt::format("port `{}` of container `{}` has a name that Kubernetes doesn't take", port, label),
            "has no letter", "call it for example `http`");
        continue;
      }
      const auto [first, fresh] = seen.try_emplace(name, port);
      if (fresh) continue;
      diagnostics
          .error("E0311", place,
                 fmt::format("ports `{}` and `{}` of container `{}` are both called \"{}\" on Kubernetes",
                             first->second, port, label, name),
                 fmt::format("cut to {} letters", kLongestPort), "rename one")
          .secondary.push_back(
              {use.task->place(fmt::format("{}port.{}", container_path(label), first->second)), "the other one"});
    }
  }
}

// "[-._a-zA-Z][-._a-zA-Z0-9]*"; newer versions take any printable character but `=`.
bool is_plain_variable(std::string_view name) {
  const auto plain = [](char c) { return is_letter(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_'; };
  return !name.empty() && plain(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return plain(c) || is_number(c); });
}

void check_variables(const Use& use, Diagnostics& diagnostics) {
  for (const auto& [label, container] : use.containers()) {
    for (const auto* attribute : {"env", "secrets"}) {
      const auto* names = container[attribute].map();
      for (const auto& [name, value] : names != nullptr ? *names : Map()) {
        if (name.empty() || name.find('=') != std::string::npos || is_plain_variable(name)) continue;  // E0210
        const auto path = container_path(label) + attribute;
        const bool printable = std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; });
        Diagnostic out{
            .severity = printable ? Severity::warning : Severity::error,
            .code = "E0416",
            .message = fmt::format("container `{}` has a variable that Kubernetes {}: {}", label,
                                   printable ? "refused before version 1.34" : "refuses", to_source(Value(name))),
            .primary = {use.task->written(fmt::format("{}.{}:", path, name)).value_or(use.task->place(path)),
                        is_number(name.front()) ? "begins with a digit" : "has other characters"}};
        out.help = "names are letters, digits, `_`, `-` and `.`, and begin with no digit";
        diagnostics.add(std::move(out));
      }
    }
  }
}

bool is_numeric_user(std::string_view user) {
  const auto colon = user.find(':');
  const auto digits = [](std::string_view t) { return !t.empty() && std::all_of(t.begin(), t.end(), is_number); };
  return digits(user.substr(0, colon)) && (colon == std::string_view::npos || digits(user.substr(colon + 1)));
}

void check_users(const Use& use, Diagnostics& diagnostics) {
  for (const auto& [label, container] : use.containers()) {
    const auto* user = container["user"].string();
    if (user == nullptr || is_numeric_user(*user)) continue;
    diagnostics
        .error("E0416", use.task->place(container_path(label) + "user"),
               fmt::format("container `{}` runs as {}, and Kubernetes knows users by number only", label,
                           to_source(Value(*user))),
               "a name", "write its number in the image, as `id -u` prints it: user = \"1000\"")
        .secondary.push_back({use.launch_place(), "it runs here"});
  }
}

// --- numbers and settings ----------------------------------------------------------------------------------------

void check_waits(const Use& use, Diagnostics& diagnostics) {
  for (const auto& [label, container] : use.containers()) {
    const auto* after = container["after"].map();
    for (const auto& [target, condition] : after != nullptr ? *after : Map()) {
      if (condition.string() == nullptr || *condition.string() != "completed") continue;
      const auto path = fmt::format("{}after.{}", container_path(label), target);
      auto& diagnostic = diagnostics.error(
          "E0417", use.task->place(path),
          fmt::format("container `{}` can't wait until `{}` is completed on Kubernetes", label, target),
          "what fails is tried again there", "wait until it has succeeded");
      if (const auto written = use.task->written(path)) diagnostic.fixes.push_back({*written, "succeeded"});
    }
  }
}

void check_range_of_scale(const Use& use, Diagnostics& diagnostics) {
  const auto& scale = use.config("scale");
  if (scale.map() == nullptr) return;
  if (const auto* range = scale["range"].get<Range>(); range != nullptr && range->low < 1 && range->high >= 1) {
    diagnostics.error(
        "E0416", use.owner->place("scale.range"),
        fmt::format("{} scales from {}, and an autoscaler of Kubernetes from 1", named(*use.owner), range->low),
        "at least 1", fmt::format("write 1..{}", range->high));
  }
}

// --- load balancers ----------------------------------------------------------------------------------------------

struct Way {
  const Use& use;
  const Resource& listener;
  const Value& route;
  std::string path;  // "route.0."
};

// Ingress has prefixes and whole paths, and the ports of the web; a Gateway has any port.
void check_ingress(const Way& way, Diagnostics& diagnostics) {
  const bool gateway = way.use.platform != nullptr && !way.use.platform->config["gateway"].is_null();
  const auto* path = way.route["path"].string();
  const bool whole = path != nullptr && *path == "/*" && way.route["host"].is_null();
  const auto* port = way.listener.config["port"].integer();
  if (!gateway && port != nullptr && *port != 80 && *port != 443 && path != nullptr && !whole) {
    diagnostics
        .error("E0416", way.listener.place("port"),
               fmt::format("listener `{}` has port {}, and Kubernetes routes by path or host on 80 and 443 only",
                           way.listener.address.path, *port),
               "80 or 443", "use port 80 or 443, or let one service have all of the listener's requests")
        .secondary.push_back(
            {way.use.owner->place(way.path + (path != nullptr && *path != "/*" ? "path" : "host")), "routes by this"});
  }
  if (path == nullptr) return;
  const auto star = path->find('*');
  const bool prefix = path->ends_with("/*") && star == path->size() - 1;
  if (star == std::string::npos || prefix) return;
  diagnostics.error("E0416", way.use.owner->place(way.path + "path"),
                    fmt::format("{} routes by {}, and {} of Kubernetes has no such wildcard", named(*way.use.owner),
                                to_source(Value(*path)), gateway ? "a Gateway" : "an Ingress"),
                    "only `/*` at the end", "write a prefix such as \"/api/*\", or a whole path");
}

class Balancers {
 public:
  void add(const Way& way, Diagnostics& diagnostics) {
    if (speaks_http(way.listener)) {
      check_ingress(way, diagnostics);
      return;
    }
    const auto* balancer = way.listener.config["load_balancer"].ref();
    if (balancer == nullptr) return;
    const auto [at, fresh] = first_.try_emplace(balancer->address, std::pair(way.use.owner, way.path));
    if (fresh || at->second.first == way.use.owner) return;
    diagnostics
        .error("E0415", way.use.owner->place(way.path + "listener"),
               fmt::format("{} and {} share {}, and on Kubernetes an address of bytes leads to one service",
                           named(*at->second.first), named(*way.use.owner), balancer->address.text()),
               "a second service", "make a load balancer for each")
        .secondary.push_back({at->second.first->place(at->second.second + "listener"), "the first one"});
  }

 private:
  std::map<Address, std::pair<const Resource*, std::string>> first_;
};

void check_routes(const Graph& graph, const Use& use, Balancers& balancers, Diagnostics& diagnostics) {
  const auto* routes = use.config("route").list();
  for (std::size_t i = 0; routes != nullptr && i < routes->size(); ++i) {
    const auto* ref = (*routes)[i]["listener"].ref();
    const auto* listener = ref != nullptr ? graph.find(ref->address) : nullptr;
    if (listener == nullptr || protocol_of(*listener).empty()) continue;
    balancers.add({use, *listener, (*routes)[i], fmt::format("route.{}.", i)}, diagnostics);
  }
}

void check_class(const PlatformDecl& platform, Diagnostics& diagnostics) {
  if (platform.kind != "kubernetes" || platform.config["gateway"].is_null()) return;
  if (platform.config["ingress"].is_null()) return;
  diagnostics
      .error("E0415", platform.place("ingress"),
             fmt::format("platform `{}` has `ingress` and `gateway`", platform.name), "load balancers can't be both",
             "leave out one of the two")
      .secondary.push_back({platform.place("gateway"), "the other one"});
}

}  // namespace

void kubernetes(const CheckInput& input, Diagnostics& diagnostics) {
  check_objects(input, diagnostics);
  for (const auto& platform : input.graph.platforms) check_class(platform, diagnostics);
  Balancers balancers;
  for (const auto& use : input.uses) {
    if (use.launch != Launch::kubernetes) continue;
    check_port_names(use, diagnostics);
    check_variables(use, diagnostics);
    check_users(use, diagnostics);
    check_waits(use, diagnostics);
    if (!use.is_service()) continue;
    check_service_name(use, diagnostics);
    check_range_of_scale(use, diagnostics);
    check_routes(input.graph, use, balancers, diagnostics);
  }
}

}  // namespace infra::checks
