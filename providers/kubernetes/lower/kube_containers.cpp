#include "providers/kubernetes/lower/kube_containers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "providers/engine/routes.h"
#include "providers/kubernetes/lower/kube_amounts.h"
#include "providers/kubernetes/lower/kube_names.h"
#include "providers/kubernetes/lower/kube_probes.h"

namespace infra::kubernetes {

namespace {

constexpr std::int64_t kLongestDrain = 10;  // seconds in which proxies learn that a pod is going

// What the routes of a service want of one of its containers.
struct Routed {
  std::optional<RouteProbe> probe;
  std::int64_t drain_seconds = 0;
};

std::map<std::string, Routed> routed_of(const Lowering& lowering, const Resource& task) {
  std::map<std::string, Routed> out;
  if (lowering.resource.address.kind != "service") return out;
  for (const auto& route : engine::routes_of(lowering, lowering.resource)) {
    const auto to = engine::port_of(route, task);
    auto& one = out[to.container];
    one.drain_seconds = std::max(one.drain_seconds, std::min(kLongestDrain, seconds_up((*route.config)["drain"])));
    const auto& health = (*route.config)["health"];
    if (health.is_null() || one.probe) continue;
    const auto written = lowering.resource.written(fmt::format("route.{}.health.healthy", route.index));
    one.probe = RouteProbe{.health = &health, .port = to.number, .states_healthy = written.has_value()};
  }
  return out;
}

List escaped_words(const Value& words) {
  List out;
  for (const auto& word : *words.list()) out.push_back(escaped(word));
  return out;
}

List variables_of(const Value& container, const std::map<std::string, SecretKey>* secrets) {
  List out;
  if (const auto* variables = container["env"].map()) {
    for (const auto& [name, value] : *variables) {
      if (!value.is_null()) out.emplace_back(entries({{"name", name}, {"value", escaped(value)}}));
    }
  }
  if (secrets == nullptr) return out;
  for (const auto& [name, from] : *secrets) {
    auto key = entries({{"name", from.object}, {"key", from.key}});
    out.emplace_back(entries({{"name", name}, {"valueFrom", entries({{"secretKeyRef", std::move(key)}})}}));
  }
  return out;
}

std::string port_name(const std::string& label) {
  auto out = run_time_name(label).substr(0, kLongestPort);
  while (out.ends_with('-')) out.pop_back();
  return out;
}

List container_ports(const Value& container) {
  List out;
  const auto* ports = container["port"].map();
  for (const auto& [label, port] : ports != nullptr ? *ports : Map()) {
    out.emplace_back(entries({{"name", port_name(label)},
                              {"containerPort", port["container"]},
                              {"protocol", port["protocol"] == Value("udp") ? "UDP" : "TCP"}}));
  }
  return out;
}

List mounts_of(const Value& container) {
  List out;
  const auto* mounts = container["mounts"].map();
  for (const auto& [volume, path] : mounts != nullptr ? *mounts : Map()) {
    out.emplace_back(entries({{"name", dns_label(volume)}, {"mountPath", path}}));
  }
  return out;
}

// "1000" or "1000:1000"; a name the compiler has refused.
Map security_of(const Value& container) {
  Map out;
  if (container["read_only"] == Value(true)) out.set("readOnlyRootFilesystem", true);
  Map capabilities;
  for (const auto* what : {"add", "drop"}) {
    const auto* names = container["capabilities"][what].list();
    if (names != nullptr && !names->empty()) capabilities.set(what, *names);
  }
  if (!capabilities.empty()) out.set("capabilities", std::move(capabilities));
  const auto* user = container["user"].string();
  if (user == nullptr) return out;
  const auto colon = user->find(':');
  const auto number = [&](const std::string& text) -> Value {
    return text.empty() || text.size() > 10 ? Value() : Value(static_cast<std::int64_t>(std::atoll(text.c_str())));
  };
  out.set("runAsUser", number(user->substr(0, colon)));
  if (colon != std::string::npos) out.set("runAsGroup", number(user->substr(colon + 1)));
  return out;
}

template <class T>
void set_some(Map& out, const char* name, T value) {
  if (!value.empty()) out.set(name, std::move(value));
}

}  // namespace

Value escaped(const Value& value) {
  const auto text = value.known() ? to_text(value) : std::nullopt;
  if (!text) {
    const infra::Call whole{.function = "interpolate", .arguments = {value}};
    return infra::Call{.function = "replace", .arguments = {whole, "$", "$$"}};
  }
  std::string out;
  for (const char c : *text) out += c == '$' ? std::string("$$") : std::string(1, c);
  return out;
}

Containers containers_of(const Lowering& lowering, const Resource& task, const SecretKeys& secrets,
                         const Files& files) {
  Containers out;
  const auto& containers = *task.config["container"].map();
  const auto routed = routed_of(lowering, task);
  const auto amounts = resources_of(task.config);
  std::int64_t drain = 0;
  for (const auto& turn : turns_of(containers, lowering.resource.address.kind == "job")) {
    const auto& container = *containers.find(turn.label);
    const auto of_container = secrets.find(turn.label);
    const auto way = routed.find(turn.label);
    auto one = entries({{"name", dns_label(turn.label)}, {"image", container["image"]}});
    one.set("imagePullPolicy", "IfNotPresent");
    if (!container["entrypoint"].is_null()) one.set("command", escaped_words(container["entrypoint"]));
    if (!container["command"].is_null()) one.set("args", escaped_words(container["command"]));
    if (!container["working_dir"].is_null()) one.set("workingDir", container["working_dir"]);
    set_some(one, "env", variables_of(container, of_container != secrets.end() ? &of_container->second : nullptr));
    set_some(one, "ports", container_ports(container));
    auto mounts = mounts_of(container);
    if (const auto own = files.mounts.find(turn.label); own != files.mounts.end()) {
      mounts.insert(mounts.end(), own->second.begin(), own->second.end());
    }
    set_some(one, "volumeMounts", std::move(mounts));
    set_some(one, "securityContext", security_of(container));
    if (const auto* amount = amounts.find(turn.label)) one.set("resources", *amount);
    const bool probed = way != routed.end() && way->second.probe;
    add_probes(one, container, turn, probed ? &*way->second.probe : nullptr);
    if (way != routed.end() && way->second.drain_seconds > 0 && turn.role != Role::once) {
      const auto seconds = way->second.drain_seconds;
      auto sleep = entries({{"sleep", entries({{"seconds", seconds}})}});
      one.set("lifecycle", entries({{"preStop", std::move(sleep)}}));
      drain = std::max(drain, seconds);
    }
    if (turn.role == Role::sidecar) one.set("restartPolicy", "Always");
    out.stop_seconds = std::max(out.stop_seconds, seconds_up(container["stop_timeout"]));
    (turn.role == Role::main ? out.main : out.init).emplace_back(std::move(one));
  }
  out.stop_seconds += drain;
  return out;
}

}  // namespace infra::kubernetes
