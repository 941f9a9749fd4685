// A job with a `schedule`: EventBridge Scheduler runs it.
#pragma once
#include "providers/aws/lower/aws_place.h"

namespace infra::aws {

Lowered lower_scheduled_job(const Lowering& lowering, const Resource& cluster, const Resource& task,
                            const Place& place);

}  // namespace infra::aws
