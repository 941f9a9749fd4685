// The provider type "load_balancer": HAProxy in a container that has its node's network.
#pragma once
#include "providers/nodes/balancer/balancer_certificates.h"
#include "providers/nodes/balancer/fleet.h"

namespace infra::nodes::balancer {

// All of this stack's on the engine.
Result<std::vector<ObservedObject>> list_load_balancers(Engine& engine, const Ownership& owner,
                                                        const std::string& host);

// Returns when it takes requests, with the tasks that run behind it. On failure nothing is left.
Result<ObjectResult> create_load_balancer(const Context& context, const CreateRequest& request, const Fleet& fleet,
                                          const Kept& kept, const std::string& host);
// Listeners and routes by a reload, certificates and tasks over the runtime API.
Result<ObjectResult> update_load_balancer(const Context& context, const ExistingObject& existing,
                                          const CreateRequest& request, const Fleet& fleet, const Kept& kept,
                                          const std::string& host);
Result<Ok> destroy_load_balancer(const Context& context, const ExistingObject& existing);

}  // namespace infra::nodes::balancer
