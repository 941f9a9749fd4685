// A prepared run's plan on the screen.
#pragma once
#include "apply/session.h"
#include "cli/plan_views/plan_header.h"
#include "cli/shared_options.h"
#include "cli/terminal/console.h"

namespace infra::cli {

// The plan as text without colours, and as JSON, for a file.
std::string plan_text(const PlanHeader& header, const Prepared& prepared);
std::string plan_json(const PlanHeader& header, const Prepared& prepared);

// As text with what was settled before it, or as one JSON object with the warnings in it.
void show_plan(const Console& console, const PlanHeader& header, const Prepared& prepared, const RunOptions& run);
// The same before it is carried out: with --json as {"type": "plan", "plan": …}, the first line of the events.
void show_plan_to_apply(const Console& console, const PlanHeader& header, const Prepared& prepared,
                        const RunOptions& run);
// What a run that died had left and this one has put right; on stderr.
void show_settled(const Console& console, const Prepared& prepared);

}  // namespace infra::cli
