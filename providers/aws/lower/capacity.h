// What tasks of a cluster run on.
#pragma once
#include "providers/aws/lower/lower.h"

namespace infra::aws {

struct Sizes {
  std::int64_t least = 1;
  std::int64_t most = 1;
};
// Of a number, or of a range in which machines scale.
Sizes sizes_of(const Value& size);
// Graviton's types have a g behind the generation: t4g, m7gd, c8gn.
bool is_arm(std::string_view instance);

// FARGATE, FARGATE_SPOT, or the output that is the name of the cluster's own.
Value provider_name(const Resource& cluster);
// A capacityProviderStrategy of it alone.
List strategy_of(const Resource& cluster);

}  // namespace infra::aws
