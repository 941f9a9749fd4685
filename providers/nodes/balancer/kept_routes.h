// What stacks have added to the load balancers of others, kept beside those: a volume without content for each group of
// routes, whose labels say whose it is, which load balancer it is for, and the part of its configuration. So it is
// found as everything else of a stack is, and a HAProxy that is made anew gets the routes of all.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "providers/nodes/balancer/balancers_seen.h"
#include "providers/nodes/balancer/haproxy_parts.h"

namespace infra::nodes::balancer {

struct KeptRoutes {
  std::string token;
  Ownership owner;
  Address address;
  std::string spec_hash;
  std::string balancer;  // identity_of
  std::string part;      // its text
  int version = 0;       // a change is another volume: labels can't be changed
};

// The newest of each token, of all stacks.
Result<std::vector<KeptRoutes>> routes_on(Engine& engine);
// One stack's on the nodes that answer, by token.
std::map<std::string, KeptRoutes> routes_of_stack(const Engines& engines, const Ownership& owner);
// What others have added to a load balancer. A node that doesn't answer adds nothing.
std::vector<KeptRoutes> routes_through(const Engines& engines, const std::string& balancer);

// Where it isn't kept so already.
Result<Ok> keep_routes(const Context& context, KeptRoutes routes);
Result<Ok> forget_routes(const Context& context, const std::string& token);

}  // namespace infra::nodes::balancer
