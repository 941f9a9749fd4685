// The provider type "overlay": the engines of several nodes, joined to a swarm so that networks can span them. Several
// VPCs, also of several stacks, share one: each is a label of the swarm, and the last that goes takes it down.
// docs/adr/0035-overlay.md.
#pragma once
#include "providers/nodes/balancer/fleet.h"

namespace infra::nodes::overlay {

using balancer::Engines;

// A call about all nodes.
struct Nodes {
  const Engines& engines;
  const Ownership& owner;
  const Cancel& cancel;
  const Progress& progress;

  [[nodiscard]] Context on(Engine& engine) const {
    return {.engine = engine, .owner = owner, .sources = nullptr, .cancel = cancel, .progress = progress};
  }
};

// Nodes that don't answer are left out; a later run joins them.
Result<ObjectResult> create_overlay(const Nodes& nodes, const CreateRequest& request);
Result<ObjectResult> update_overlay(const Nodes& nodes, const ExistingObject& existing, const CreateRequest& request);
Result<Ok> destroy_overlay(const Nodes& nodes, const ExistingObject& existing);

// The node that manages the swarm; E0619 if none that answers does.
Result<Engine*> manager_of(const Engines& engines);

// Overlays and their networks. What the manager alone can tell is hidden while it doesn't answer.
Result<Ok> observe_overlays(const Engines& engines, const Ownership& owner, const std::vector<KnownObject>& known,
                            Observation& out);

}  // namespace infra::nodes::overlay
