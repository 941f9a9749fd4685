// A deployment's record between the planner's values and the state's row.
#pragma once
#include <string>

#include "planner/rollout/next_moves.h"
#include "state/state.h"

namespace infra {

std::string_view to_text(DeploymentRecord::Status status);

// Counters of failures and back-off that a former run of the same deployment left; a new one begins without.
DeploymentRecord resume_record(const RecordedDeployment* row, const Deployment& deployment, Moment now);
// `row` with what the record says now.
RecordedDeployment with_record(RecordedDeployment row, const DeploymentRecord& record);

}  // namespace infra
