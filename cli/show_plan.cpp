#include "cli/show_plan.h"

#include "cli/report.h"
#include "planner/render.h"

namespace infra::cli {

void show_settled(const Console& console, const Prepared& prepared) {
  for (const auto& line : prepared.settled) console.note(line);
}

void show_plan(const Console& console, const Prepared& prepared, const RunOptions& run) {
  if (console.json()) {
    const auto object = render_plan_json(prepared.plan);
    console.print(with_diagnostics(object, prepared.diagnostics, prepared.compiled.sources) + "\n");
    return;
  }
  show_settled(console, prepared);
  console.print(
      render_plan(prepared.plan, {.colour = console.colour(), .detail = run.detail, .width = console.width()}));
}

}  // namespace infra::cli
