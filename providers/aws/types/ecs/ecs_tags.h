// What the types of ECS share.
#pragma once
#include "providers/aws/aws_type.h"

namespace infra::aws {

inline List ecs_tags(const Tags& tags) { return tag_list(tags, "key", "value"); }
Result<Ok> tag_in_ecs(Account& account, const std::string& id, const Tags& tags);

// The ARNs of this stack's clusters, and of others' in which something of it runs: services and their kin are listed by
// cluster.
Result<List> clusters_in_use(Account& account);

// The capacity of a cluster; repeated while the cluster takes in what it was told before.
Result<Ok> put_providers(const Call& call, const std::string& cluster, List providers, const Value& strategy);

}  // namespace infra::aws
