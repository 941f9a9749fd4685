// The part of check_plan that is about deployments: which copies stay, go and come, and between which counts.
#pragma once
#include <string>
#include <vector>

#include "planner/check/plan_tables.h"

namespace infra {

// False if indices are wild, so that nothing else can be looked at.
bool check_deployments(const PlanTables& tables, std::vector<std::string>& breaches);

}  // namespace infra
