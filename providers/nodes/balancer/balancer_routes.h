// The provider type "balancer_route": routes through a load balancer that another stack has. That one's listeners,
// certificates and configuration are its own; what is added here is a part of it (haproxy_parts.h).
#pragma once
#include "providers/nodes/balancer/fleet.h"
#include "providers/nodes/balancer/kept_routes.h"

namespace infra::nodes::balancer {

struct RoutesCall {
  const Fleet& fleet;
  const CreateRequest& request;
  const Cancel& cancel;
  const Progress& progress;
};

// On all nodes that answer and where the load balancer stands. On failure nothing is left.
Result<ObjectResult> create_routes(const RoutesCall& call);
Result<ObjectResult> update_routes(const RoutesCall& call, const std::string& id);
// A load balancer that is gone has nothing of it any more.
Result<Ok> destroy_routes(const Fleet& fleet, const std::string& id, const Cancel& cancel, const Progress& progress);

// This stack's among what its nodes have.
std::vector<ObservedObject> seen_routes(const std::vector<KeptRoutes>& all, const Ownership& owner);

}  // namespace infra::nodes::balancer
