#include "providers/nodes/overlay/refused_overlays.h"

#include <fmt/format.h>

#include "providers/engine/overlay.h"
#include "providers/nodes/overlay/overlay_members.h"

namespace infra::nodes::overlay {

namespace {

std::optional<Error> lacks_swarms(const Engines& engines, const Value& addresses) {
  for (const auto& [node, engine] : engines) {
    if (addresses.map() == nullptr || addresses.map()->find(node) == nullptr) continue;
    const auto quirks = engine->quirks();
    if (!quirks || !quirks->has_no_swarm) continue;
    return Error{.code = "E0610",
                 .message = fmt::format("the engine of node `{}` is {}, which can't have a network over several nodes",
                                        node, quirks->name),
                 .help = "run Docker on it, take it out of the platform, or leave out the cluster's `vpc`"};
  }
  return std::nullopt;
}

}  // namespace

std::vector<Provider::Refusal> refused_overlays(const Engines& engines, const std::vector<CreateRequest>& wanted) {
  std::vector<Provider::Refusal> out;
  for (const auto& request : wanted) {
    if (request.type != engine::kOverlay) continue;
    const auto& addresses = request.inputs["nodes"];
    if (auto error = lacks_swarms(engines, addresses)) {
      out.push_back({request.address, *std::move(error)});
      continue;
    }
    auto members = look_at_members(engines, addresses);
    if (!members && members.error().code == "E0619") out.push_back({request.address, std::move(members).error()});
  }
  return out;
}

}  // namespace infra::nodes::overlay
