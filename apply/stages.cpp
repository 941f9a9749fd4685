#include "apply/stages.h"

namespace infra {
namespace {

bool is_limited(const PlanRequest& request) {
  return !request.targets.empty() || !request.exclude.empty() || request.refresh_only;
}

// What is left to later stages, and no stage will reach.
void end_with(const PlanRequest& request, const Plan& plan, StageGate& gate) {
  if (!plan.later.empty() && !is_limited(request)) gate.fail(out_of_reach(plan.later.front()));
}

// The plan that was carried out, if a further stage is to follow.
std::optional<Plan> run_stage(const Session& session, const PlanRequest& request, const LeaseWish& wish,
                              const Cancel& cancel, StageGate& gate, const std::optional<Plan>& before) {
  auto looked = prepare(session, request, false);
  if (!looked.ok()) return gate.fail(looked), std::nullopt;
  // A stage that brings nothing into reach would do no better again.
  if (before && !looked.plan.later.empty() && (is_idle(looked) || same_platforms(looked.plan, *before))) {
    return end_with(request, looked.plan, gate), std::nullopt;
  }
  if (is_idle(looked)) {
    gate.nothing_to_do(looked);
    return end_with(request, looked.plan, gate), std::nullopt;
  }
  if (!gate.agrees(looked)) return std::nullopt;
  auto leased = lease_and_prepare(session, request, wish, cancel, std::move(looked));
  if (!leased) return gate.fail(leased.error()), std::nullopt;
  auto& prepared = leased->prepared;
  if (!prepared.ok()) return gate.fail(prepared), std::nullopt;
  const bool last = prepared.plan.later.empty();
  if (!gate.confirms(prepared)) return std::nullopt;
  if (!prepared.plan.empty() && !gate.carry_out(prepared, last)) return std::nullopt;
  return last ? std::nullopt : std::optional(std::move(prepared.plan));
}

}  // namespace

bool is_idle(const Prepared& prepared) { return prepared.plan.empty() && prepared.settled.empty(); }

void run_stages(const Session& session, PlanRequest request, const LeaseWish& wish, const Cancel& cancel,
                StageGate& gate) {
  std::optional<Plan> done;
  for (int stage = 1;; ++stage) {
    gate.begin(stage);
    auto next = run_stage(session, request, wish, cancel, gate, done);
    if (!next || cancel.draining()) return;
    request = for_next_stage(request, *next);
    done = std::move(next);
  }
}

}  // namespace infra
