// The container of a load balancer: in its node's network, or in networks of its VPC that span nodes.
#pragma once
#include <string>

#include "providers/nodes/context.h"

namespace infra::nodes::balancer {

// Of the call that makes it. `keeps_running`: the engine's restart policy for what runs until it is removed.
Value body_of(const Context& context, const CreateRequest& request, const std::string& keeps_running);
// A container is made in one network, and joins the others afterwards.
Result<Ok> join_networks(const Context& context, const std::string& id, const CreateRequest& request);

}  // namespace infra::nodes::balancer
