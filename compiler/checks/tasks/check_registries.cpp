#include "compiler/checks/tasks/check_registries.h"

#include <fmt/format.h>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"

namespace infra::checks {
namespace {

void report_both(const Resource& one, const Resource& other, std::int64_t port, Diagnostics& diagnostics) {
  const bool swapped = other.place("port") < one.place("port");
  const auto& later = swapped ? one : other;
  const auto& earlier = swapped ? other : one;
  diagnostics
      .error("E0412", later.place("port"),
             fmt::format("{} and {} both listen on port {} of their node", named(earlier), named(later), port),
             later.written("port") ? "in use" : fmt::format("{} by default", port),
             fmt::format("give one another port: port = {}", port < 65'535 ? port + 1 : port - 1))
      .secondary.push_back({earlier.place("port"), "has it"});
}

}  // namespace

RegistryPorts ports_of_registries(const Graph& graph) {
  RegistryPorts out;
  for (const auto& resource : graph.resources) {
    if (resource.address.kind != "registry" || !resource.config["endpoint"].is_null()) continue;
    const auto* port = resource.config["port"].integer();
    const auto* platform = graph.platform(resource.platform);
    const bool engine = platform != nullptr && (platform->kind == "nodes" || platform->kind == "simulator");
    if (engine && port != nullptr) out.insert({{resource.platform, *port}, &resource});
  }
  return out;
}

void registries(const CheckInput& input, Diagnostics& diagnostics) {
  const auto all = ports_of_registries(input.graph);
  for (auto at = all.begin(); at != all.end(); ++at) {
    const auto next = std::next(at);
    if (next != all.end() && next->first == at->first)
      report_both(*at->second, *next->second, at->first.second, diagnostics);
  }
}

}  // namespace infra::checks
