#include "providers/nodes/balancer/balancer_container.h"

#include <fmt/format.h>

#include "providers/nodes/balancer/balancers_seen.h"
#include "providers/nodes/balancer/haproxy_config.h"
#include "providers/nodes/join_networks.h"
#include "providers/nodes/labels.h"

namespace infra::nodes::balancer {

namespace {

Value names_inside(const CreateRequest& request) { return List(1, request.inputs["alias"]); }

}  // namespace

Value body_of(const Context& context, const CreateRequest& request, const std::string& keeps_running) {
  Map labels;
  if (const auto* own = request.inputs["labels"].map()) {
    for (const auto& [name, value] : *own) labels.set(name, text_of(value));
  }
  for (const auto& [name, value] : labels_for(context.owner, request)) labels.set(name, value);
  const auto alias = text_of(request.inputs["alias"]);
  if (!alias.empty()) labels.set(kAliasLabel, alias);
  const auto networks = networks_in(request.inputs["inside"]);
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
              {"NetworkingConfig", first_endpoint(networks, names_inside(request))},
              {"HostConfig", Map({{"NetworkMode", networks.empty() ? "host" : networks.front()},
                                  {"RestartPolicy", Map(std::vector<Entry>{{"Name", keeps_running}})},
                                  {"LogConfig", rotation}})}});
}

Result<Ok> join_networks(const Context& context, const std::string& id, const CreateRequest& request) {
  return join_others(context, id, networks_in(request.inputs["inside"]), names_inside(request), "a load balancer");
}

}  // namespace infra::nodes::balancer
