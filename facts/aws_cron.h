// A schedule as EventBridge Scheduler writes it (https://docs.aws.amazon.com/scheduler/latest/UserGuide/
// schedule-types.html): six fields, of which the day of the month or the day of the week must be `?`.
#pragma once
#include <string>

#include "base/result.h"
#include "base/text/cron.h"

namespace infra::facts {

inline constexpr std::size_t kLongestAwsSchedule = 256;  // characters of an expression

// "cron(0 3 ? * MON-FRI *)": the same times, of the same zone. An Error says what can't be written in this form; its
// code is the caller's.
Result<std::string> aws_cron(const CronSchedule& schedule);

}  // namespace infra::facts
