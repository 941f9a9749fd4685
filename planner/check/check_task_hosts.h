// The part of check_plan that is about where the copies of deployments run: their nodes take them, and have the room.
#pragma once
#include <string>
#include <vector>

#include "planner/check/plan_tables.h"

namespace infra {

void check_task_hosts(const PlanTables& tables, std::vector<std::string>& breaches);

}  // namespace infra
