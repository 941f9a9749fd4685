// What tasks of a cluster run on.
#pragma once
#include "providers/aws/lower/aws_lower.h"

namespace infra::aws {

struct Sizes {
  std::int64_t least = 1;
  std::int64_t most = 1;
};
// Of a number, or of a range in which machines scale.
Sizes sizes_of(const Value& size);
// Graviton's types have a g behind the generation: t4g, m7gd, c8gn.
bool is_arm(std::string_view instance);

// One that exists is what it has been found to have.
bool is_fargate(const Lowering& lowering, const Resource& cluster);
// FARGATE, FARGATE_SPOT, or the output that is the name of a declared cluster's own.
Value provider_name(const Lowering& lowering, const Resource& cluster);
// What runs on a cluster: a capacityProviderStrategy, or null if it goes by launch type.
Value strategy_of(const Lowering& lowering, const Resource& cluster);
// Sets `strategy` or `launch_type`.
void set_capacity(const Lowering& lowering, const Resource& cluster, Map& inputs);
Value arn_of_cluster(const Lowering& lowering, const Resource& cluster);

}  // namespace infra::aws
