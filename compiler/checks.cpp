#include "compiler/checks.h"

namespace infra {

void check_graph(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& check :
       {checks::platforms, checks::names, checks::networks, checks::fargate, checks::modes, checks::host_ports,
        checks::fit, checks::shares, checks::groups, checks::routes, checks::rollouts, checks::ports, checks::secrets,
        checks::lifecycles, checks::exclusions, checks::limits}) {
    check(input, diagnostics);
  }
}

}  // namespace infra
