// A plan for people and for programs.
#pragma once
#include <string>

#include "planner/plan.h"

namespace infra {

struct PlanStyle {
  bool colour = false;
  bool detail = false;  // the provider resources below each declaration
  int width = 80;       // columns of the terminal; long values are cut to it
};
// A tree by kind and address, only what changes, a reason on each change, a summary line.
std::string render_plan(const Plan& plan, const PlanStyle& style);
// One JSON object: format_version, stack, serial, changes, outputs, summary. Secrets are "***".
std::string render_plan_json(const Plan& plan);
// 32 hex digits over everything that an apply of this plan would do: two plans with one digest do the same.
std::string plan_digest(const Plan& plan);
// `infra show plan`: the steps in order with what they wait for.
std::string dump_plan(const Plan& plan);

}  // namespace infra
