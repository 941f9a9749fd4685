// What would keep the nodes of an overlay from being joined, seen before anything is touched.
#pragma once
#include "providers/nodes/overlay/swarm_overlay.h"

namespace infra::nodes::overlay {

// E0610 of a node with Podman, which has no swarm mode; E0619 of one that is in a swarm of somebody else. Whoever
// doesn't answer refuses nothing.
std::vector<Provider::Refusal> refused_overlays(const Engines& engines, const std::vector<CreateRequest>& wanted);

}  // namespace infra::nodes::overlay
