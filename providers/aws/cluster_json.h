// All that runs in a cluster of ECS, as the calls that describe it answer: for `infra import ecs --live`.
#pragma once
#include <string>

#include "base/result.h"

namespace infra::aws {

struct ClusterWish {
  std::string cluster;  // a name or an ARN
  std::string region = {};
  std::string profile = {};  // empty: what the environment says, as for the command line of AWS
};

struct ClusterJson {
  std::string where;  // "cluster shop of account 123456789012, region eu-west-1"
  std::string json;   // a list of what describe-services and describe-task-definition answer
};

// E0910 if there is no such cluster, or no service in it.
Result<ClusterJson> describe_cluster(const ClusterWish& wish);

}  // namespace infra::aws
