// The second half of check_plan: what comes before what.
#pragma once
#include <string>
#include <vector>

#include "planner/check/plan_tables.h"

namespace infra {

// Appends a message for each breach. The steps' indices are sound already.
void check_order(const PlanTables& tables, std::vector<std::string>& breaches);

}  // namespace infra
