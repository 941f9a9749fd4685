// An engine's swarm agent gives up on some things too early: it has 15 s to stop and 20 s to hear from the manager
// which address a container gets (moby, daemon/cluster/noderunner.go and networks.go). While a node has just started or
// joined that isn't always enough, and it goes on with it all the same: asked once more it is done.
#pragma once
#include <functional>

#include "providers/nodes/context.h"

namespace infra::nodes::overlay {

// `ask` until it is answered with something else than such a deadline, three times at most.
Result<Reply> ask_slow_agent(const Context& context, const std::function<Result<Reply>()>& ask);

}  // namespace infra::nodes::overlay
