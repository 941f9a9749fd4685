#include "compiler/checks.h"

#include <optional>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_origins.h"
#include "compiler/constants.h"

namespace infra {

void check_graph(const Graph& graph, const Unit& stack, const PlatformTable& platforms, Diagnostics& diagnostics) {
  const checks::CheckInput input(graph, stack, platforms);
  Diagnostics found;
  for (const auto& check :
       {checks::platforms,  checks::names,      checks::networks,   checks::fargate,   checks::modes,
        checks::host_ports, checks::fit,        checks::shares,     checks::groups,    checks::variables,
        checks::images,     checks::image_tags, checks::volumes,    checks::amounts,   checks::subnets,
        checks::reach,      checks::registries, checks::routes,     checks::balancers, checks::rollouts,
        checks::ports,      checks::secrets,    checks::lifecycles, checks::ecr,       checks::exclusions,
        checks::scale,      checks::schedules,  checks::zones,      checks::tags,      checks::limits,
        checks::ways_out,   checks::ways_in,    checks::eks,        checks::eks_pods,  checks::capacity,
        checks::addresses,  checks::regions,    checks::quotas,     checks::settings,  checks::kubernetes,
        checks::engines,    checks::hosts,      checks::builds,     checks::commands,  checks::probes,
        checks::hooks,      checks::pages}) {
    check(input, found);
  }
  std::optional<Constants> constants;
  found = with_origins(found, stack, graph.params);
  for (auto diagnostic : found.all()) {
    if (!diagnostic.fixes.empty()) {
      if (!constants) constants.emplace(stack);
      if (!constants->allow(diagnostic.fixes)) diagnostic.fixes.clear();
    }
    diagnostics.add(std::move(diagnostic));
  }
}

}  // namespace infra
