// A planned deployment in words.
#pragma once
#include <string>
#include <vector>

#include "planner/plan.h"

namespace infra {

// "rolling: 4 tasks of 7c1e90 → 4 of 9f0213; at least 2 and at most 6 at a time; rolls back on failure"
std::string deployment_text(const Deployment& deployment, const Change& change);

// One line for each task that is started or stopped: "start service.api/4 on a". For --detail.
std::vector<std::string> deployment_details(const Deployment& deployment);

// The beginning of a revision, as people see it.
std::string short_revision(const std::string& revision);

}  // namespace infra
