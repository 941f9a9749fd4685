// What lowering wants to know of what others own (`existing`), beside what every look shows: Type::surroundings, into
// the outputs that are named here. See providers/aws/aws_existing.h.
#pragma once
#include "providers/aws/aws_type.h"

namespace infra::aws {

// A subnet: `vpc`, `cidrs` (all of its VPC's), `public` (its routes lead to an internet gateway).
Result<Ok> around_subnet(Account& account, Seen& seen);
// A VPC: `cidrs`, `subnets` (List of { id, public }).
Result<Ok> around_vpc(Account& account, Seen& seen);
// A cluster: `strategy`, or `launch_type` if it has no capacity providers.
Result<Ok> around_cluster(Account& account, Seen& seen);
// A service: `address`, `urls`, if it is behind a load balancer.
Result<Ok> around_service(Account& account, Seen& seen);
// A listener: `balancer`, `address`, `rules` ({ taken: List of priorities, own: Map of ours by address }).
Result<Ok> around_listener(Account& account, Seen& seen);

}  // namespace infra::aws
