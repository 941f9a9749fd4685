// The tasks that a schedule has started: ECS knows them by the task group that the schedule gives them.
#pragma once
#include <optional>

#include "providers/aws/aws_type.h"

namespace infra::aws {

// "infra:job.backup", for the part of a job that is its schedule.
std::string group_of_scheduled(const Address& part);
// The job's part, of a task in such a group.
std::optional<Address> scheduled_by(std::string_view task_group);

// Stops those of call's schedule that still run.
Result<Ok> stop_scheduled(const Call& call, const std::string& cluster, const std::string& revision);

}  // namespace infra::aws
