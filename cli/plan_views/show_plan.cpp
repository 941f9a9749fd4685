#include "cli/plan_views/show_plan.h"

#include <nlohmann/json.hpp>

#include "cli/terminal/report.h"
#include "planner/render/render.h"

namespace infra::cli {

void show_settled(const Console& console, const Prepared& prepared) {
  for (const auto& line : prepared.settled) console.note(line);
  for (const auto& run : prepared.others) console.note(in_words(run));
  if (!prepared.others.empty()) console.note("What hasn't been done yet is part of this plan.\n");
}

namespace {

using Json = nlohmann::ordered_json;

// { "user": …, "host": …, "command": …, "process": 12, "since": …, "under_way": [{ "operation": "create", "address": …
// }] }
Json json_of(const OtherRun& run) {
  Json calls = Json::array();
  for (const auto& [operation, address] : run.under_way)
    calls.push_back({{"operation", to_text(operation)}, {"address", address.text()}});
  return {{"user", run.who.user},       {"host", run.who.host},   {"command", run.who.command},
          {"process", run.who.process}, {"since", run.who.since}, {"under_way", std::move(calls)}};
}

}  // namespace

std::string plan_text(const PlanHeader& header, const Prepared& prepared) {
  constexpr int kWidth = 100;
  return header_text(header, false, kWidth) + render_plan(prepared.plan, {.colour = false, .width = kWidth});
}

std::string plan_json(const PlanHeader& header, const Prepared& prepared) {
  auto plan = render_plan_json(prepared.plan);
  if (!prepared.others.empty()) {
    auto json = Json::parse(plan);
    for (const auto& run : prepared.others) json["running"].push_back(json_of(run));
    plan = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return with_header(header, with_diagnostics(plan, prepared.diagnostics, prepared.compiled.sources));
}

void show_plan(const Console& console, const PlanHeader& header, const Prepared& prepared, const RunOptions& run) {
  if (console.json()) {
    console.print(plan_json(header, prepared) + "\n");
    return;
  }
  show_settled(console, prepared);
  console.print(header_text(header, console.colour(), console.width()));
  console.print(
      render_plan(prepared.plan, {.colour = console.colour(), .detail = run.detail, .width = console.width()}));
}

void show_plan_to_apply(const Console& console, const PlanHeader& header, const Prepared& prepared,
                        const RunOptions& run) {
  if (!console.json()) return show_plan(console, header, prepared, run);
  console.print(fmt::format("{{\"type\":\"plan\",\"plan\":{}}}\n", plan_json(header, prepared)));
}

}  // namespace infra::cli
