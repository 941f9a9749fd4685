#include "providers/nodes/balancer/balancer_container.h"

#include <fmt/format.h>

#include "base/values/codec.h"
#include "providers/nodes/balancer/balancers_seen.h"
#include "providers/nodes/balancer/haproxy_config.h"
#include "providers/nodes/labels.h"
#include "providers/nodes/overlay/slow_agent.h"

namespace infra::nodes::balancer {

namespace {

std::vector<std::string> inside_of(const CreateRequest& request) {
  std::vector<std::string> out;
  if (const auto* all = request.inputs["inside"].list()) {
    for (const auto& network : *all) out.push_back(text_of(network));
  }
  return out;
}

Value known_as(const std::string& alias) { return Map(std::vector<Entry>{{"Aliases", List(1, Value(alias))}}); }

Value endpoint_in(const std::string& network, const std::string& alias) {
  return Map(std::vector<Entry>{{"EndpointsConfig", Map(std::vector<Entry>{{network, known_as(alias)}})}});
}

}  // namespace

Value body_of(const Context& context, const CreateRequest& request, const std::string& keeps_running) {
  Map labels;
  if (const auto* own = request.inputs["labels"].map()) {
    for (const auto& [name, value] : *own) labels.set(name, text_of(value));
  }
  for (const auto& [name, value] : labels_for(context.owner, request)) labels.set(name, value);
  const auto alias = text_of(request.inputs["alias"]);
  if (!alias.empty()) labels.set(kAliasLabel, alias);
  const auto networks = inside_of(request);
  // An access log without end fills the disk.
  const Map rotation({{"Type", "json-file"}, {"Config", Map({{"max-size", "10m"}, {"max-file", "3"}})}});
  return Map({{"Image", text_of(request.inputs["image"])},
              {"Entrypoint", List({"haproxy", "-W", "-S", fmt::format("{}/run/master.sock", kHome), "-f",
                                   fmt::format("{}/haproxy.cfg", kHome)})},
              {"Cmd", List()},
              {"User", "0"},
              {"WorkingDir", "/"},
              {"Labels", std::move(labels)},
              {"StopSignal", "SIGUSR1"},
              {"NetworkingConfig", networks.empty() ? Value(Map()) : endpoint_in(networks.front(), alias)},
              {"HostConfig", Map({{"NetworkMode", networks.empty() ? "host" : networks.front()},
                                  {"RestartPolicy", Map(std::vector<Entry>{{"Name", keeps_running}})},
                                  {"LogConfig", rotation}})}});
}

Result<Ok> join_networks(const Context& context, const std::string& id, const CreateRequest& request) {
  const auto networks = inside_of(request);
  for (std::size_t i = 1; i < networks.size(); ++i) {
    const Value body = Map({{"Container", id}, {"EndpointConfig", known_as(text_of(request.inputs["alias"]))}});
    http::Request call{.method = "POST", .path = fmt::format("/networks/{}/connect", networks[i])};
    call.headers.emplace_back("Content-Type: application/json");
    call.body = to_plain_json(body);
    auto joined = overlay::ask_slow_agent(
        context, [&] { return context.engine.raw(http::Request(call), {.cancel = &context.cancel}); });
    if (!joined) return std::move(joined).error();
    if (!joined->ok()) return context.engine.refused(*joined, "connect a load balancer with a network");
  }
  return Ok{};
}

}  // namespace infra::nodes::balancer
