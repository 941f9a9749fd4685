// Tasks of ECS: found by ListTasks, then described as many at once as it takes.
#pragma once
#include "providers/aws/aws_type.h"

namespace infra::aws {

enum class TaskTags { no, yes };

// A list of those of these tasks that ECS still knows.
Reply describe_tasks(Account& account, const std::string& cluster, const List& arns, TaskTags tags = TaskTags::no);

// `which`: what ListTasks asks for beside the cluster, {"family", "desiredStatus"}. A list of tasks. A cluster that
// isn't there is a fault.
Reply find_tasks(Account& account, const std::string& cluster, Map which, TaskTags tags = TaskTags::no);

}  // namespace infra::aws
