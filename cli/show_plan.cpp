#include "cli/show_plan.h"

#include "cli/report.h"
#include "planner/render.h"

namespace infra::cli {

void show_settled(const Console& console, const Prepared& prepared) {
  for (const auto& line : prepared.settled) console.note(line);
}

namespace {

std::string plan_json(const Prepared& prepared) {
  return with_diagnostics(render_plan_json(prepared.plan), prepared.diagnostics, prepared.compiled.sources);
}

}  // namespace

void show_plan(const Console& console, const Prepared& prepared, const RunOptions& run) {
  if (console.json()) {
    console.print(plan_json(prepared) + "\n");
    return;
  }
  show_settled(console, prepared);
  console.print(
      render_plan(prepared.plan, {.colour = console.colour(), .detail = run.detail, .width = console.width()}));
}

void show_plan_to_apply(const Console& console, const Prepared& prepared, const RunOptions& run) {
  if (!console.json()) return show_plan(console, prepared, run);
  console.print(fmt::format("{{\"type\":\"plan\",\"plan\":{}}}\n", plan_json(prepared)));
}

}  // namespace infra::cli
