// What tasks of a cluster run on.
#pragma once
#include "providers/aws/lower/lower.h"

namespace infra::aws {

// FARGATE, FARGATE_SPOT, or the output that is the name of the cluster's own.
Value provider_name(const Resource& cluster);
// A capacityProviderStrategy of it alone.
List strategy_of(const Resource& cluster);

}  // namespace infra::aws
