#include "providers/nodes/preflight/node_preflight.h"

namespace infra::nodes {

std::vector<Provider::Refusal> preflight_on(const Context& context, const Wanted& wanted) {
  std::vector<Provider::Refusal> out;
  for (auto* part : {refused_images, refused_ports, refused_networks, refused_volumes, refused_log_drivers,
                     refused_secret_files, refused_pushes, refused_for_disk}) {
    auto refused = part(context, wanted);
    std::move(refused.begin(), refused.end(), std::back_inserter(out));
  }
  return out;
}

}  // namespace infra::nodes
