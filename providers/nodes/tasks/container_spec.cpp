#include "providers/nodes/tasks/container_spec.h"

#include <fmt/format.h>

#include <charconv>

#include "providers/nodes/join_networks.h"
#include "providers/nodes/labels.h"
#include "providers/nodes/tasks/container_entries.h"
#include "providers/nodes/tasks/host_config.h"
#include "providers/nodes/tasks/task_labels.h"

namespace infra::nodes {

namespace {

constexpr std::int64_t kNanoseconds = 1'000'000;

List variables(const Value& env) {
  List out;
  if (env.map() == nullptr) return out;
  for (const auto& [name, value] : *env.map()) out.push_back(fmt::format("{}={}", name, text_of(value)));
  return out;
}

Value health_check(const Value& health) {
  List test;
  const auto* command = health["command"].list();
  const auto first = command != nullptr && !command->empty() ? text_of(command->front()) : std::string();
  if (first != "CMD" && first != "CMD-SHELL" && first != "NONE") test.push_back("CMD");
  if (command != nullptr) test.insert(test.end(), command->begin(), command->end());
  return Map({{"Test", std::move(test)},
              {"Interval", ms_of(health["every"], 30'000) * kNanoseconds},
              {"Timeout", ms_of(health["timeout"], 5'000) * kNanoseconds},
              {"Retries", number_of(health["retries"], 3)},
              {"StartPeriod", ms_of(health["grace"], 0) * kNanoseconds}});
}

Value exposed(const Value& ports) {
  Map out;
  if (ports.list() == nullptr) return out;
  for (const auto& port : *ports.list()) out.set(port_key(port), Map());
  return out;
}

Value networking(const Value& network) {
  if (text_of(network["mode"]) != "network") return Map();
  return first_endpoint(networks_in(network["networks"]), network["aliases"]);
}

Value labels(const Ownership& owner, const CreateRequest& request) {
  Map out;
  if (const auto* own = request.inputs["labels"].map()) {
    for (const auto& [name, value] : *own) out.set(name, text_of(value));
  }
  for (const auto& [name, value] : labels_for(owner, request)) out.set(name, value);
  if (const auto ports = ports_label(request.inputs["ports"]); !ports.empty()) out.set("infra.ports", ports);
  if (const auto until = text_of(request.inputs["until"]); !until.empty()) out.set("infra.until", until);
  if (text_of(request.inputs["network"]["mode"]) == "host") out.set(kModeLabel, "host");
  if (const auto& check = request.inputs["health"]; check.map() != nullptr)
    out.set(kCheckLabel, fmt::format("{}", ms_of(check["every"], 30'000)));
  if (request.inputs["task_labels"].map() != nullptr) {
    for (const auto& [name, value] : *request.inputs["task_labels"].map()) out.set(name, text_of(value));
  }
  return out;
}

}  // namespace

std::string port_key(const Value& port) {
  const auto protocol = text_of(port["protocol"]);
  return fmt::format("{}/{}", number_of(port["container"]), protocol.empty() ? "tcp" : protocol);
}

std::string container_name(const CreateRequest& request) {
  return fmt::format("{}-{}", text_of(request.inputs["name"]), request.token.substr(0, 6));
}

Value container_body(const Ownership& owner, const CreateRequest& request, const HostDefaults& defaults) {
  const auto& inputs = request.inputs;
  Map out({{"Image", text_of(inputs["image"])},
           {"Env", variables(inputs["env"])},
           {"Labels", labels(owner, request)},
           {"StopTimeout", (ms_of(inputs["stop_timeout"], 30'000) + 999) / 1000},
           {"HostConfig", host_config(owner, inputs, defaults)},
           {"NetworkingConfig", networking(inputs["network"])}});
  if (const auto signal = text_of(inputs["stop_signal"]); !signal.empty()) out.set("StopSignal", signal);
  if (inputs["entrypoint"].list() != nullptr) out.set("Entrypoint", inputs["entrypoint"]);
  if (inputs["command"].list() != nullptr) out.set("Cmd", inputs["command"]);
  if (const auto user = text_of(inputs["user"]); !user.empty()) out.set("User", user);
  if (const auto folder = text_of(inputs["working_dir"]); !folder.empty()) out.set("WorkingDir", folder);
  if (inputs["health"].map() != nullptr) out.set("Healthcheck", health_check(inputs["health"]));
  if (auto ports = published_ports_of(inputs); !ports.empty()) out.set("ExposedPorts", exposed(ports));
  return out;
}

std::string ports_label(const Value& ports) {
  std::string out;
  if (ports.list() == nullptr) return out;
  for (const auto& port : *ports.list()) {
    out += fmt::format("{}{}={}", out.empty() ? "" : ",", text_of(port["name"]), port_key(port));
  }
  return out;
}

namespace {

// Engines may publish one port twice, for IPv4 and IPv6, under different numbers: IPv4's counts.
std::int64_t published_port(const Value& published, std::int64_t inside, std::string_view protocol) {
  std::int64_t found = 0;
  if (published.list() == nullptr) return found;
  for (const auto& entry : *published.list()) {
    const auto outside = number_of(entry["PublicPort"]);
    if (outside == 0 || number_of(entry["PrivatePort"]) != inside || text_of(entry["Type"]) != protocol) continue;
    const bool v4 = text_of(entry["IP"]).find(':') == std::string::npos;
    if (found == 0 || v4) found = outside;
  }
  return found;
}

}  // namespace

Value ports_output(const std::string& label, const Value& published, bool host_network) {
  Map out;
  for (std::string_view rest = label; !rest.empty();) {
    const auto comma = rest.find(',');
    const auto item = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    const auto equals = item.rfind('=');
    const auto slash = item.rfind('/');
    if (equals == std::string_view::npos || slash == std::string_view::npos || slash < equals) continue;
    std::int64_t inside = 0;
    std::from_chars(item.data() + equals + 1, item.data() + slash, inside);
    const auto outside = host_network ? inside : published_port(published, inside, item.substr(slash + 1));
    if (outside != 0) out.set(std::string(item.substr(0, equals)), outside);
  }
  return out;
}

}  // namespace infra::nodes
