// What a deployment does before its first move: the images of what it starts are brought to where that will run. If
// that fails it ends there, and all that ran runs on.
#include <algorithm>
#include <set>

#include "apply/deployments/deployment_run.h"
#include "apply/execute/step_call.h"
#include "planner/rollout/task_set.h"
#include "providers/fetches_images.h"

namespace infra {

// One task for each node. Of a replacement that destroys first, the step that stops has to ask for what the other one
// starts; what isn't known yet by then is left to that one. What a rollback or a held service goes back to has been
// there already.
std::vector<CreateRequest> DeploymentRun::tasks_to_come() const {
  if (deployment_.held || dynamic_cast<FetchesImages*>(provider_) == nullptr) return {};
  const bool makes_way = plan_step().kind == Step::destroy && change().action == Action::replace;
  const auto& places = makes_way ? run_.plan.deployments[*change().deployment].start : deployment_.start;
  Value set = want_;
  if (makes_way) {
    auto inputs = resolve_inputs(change(), ledger_);
    if (!inputs) return {};
    set = *std::move(inputs);
  }
  if (set.is_null()) return {};
  std::set<std::string> nodes;
  std::vector<CreateRequest> out;
  for (const auto& task : places) {
    const bool kept = std::any_of(deployment_.keep.begin(), deployment_.keep.end(),
                                  [&](const auto& one) { return one.address == task.address; });
    if (kept || !nodes.insert(task.node).second) continue;
    out.push_back({.address = task.address,
                   .type = std::string(kTask),
                   .inputs = to_be_made(task_inputs_on(set, task.node), set),
                   .spec_hash = {},
                   .token = {}});
  }
  return out;
}

DeploymentRun::Next DeploymentRun::prepare(Moment now, Room room) {
  Next out;
  if (lacks_) {
    auto reason = *lacks_;
    reason.help.clear();
    row_.reason = reason.line();
    end_record(DeploymentRecord::failed, now);
    out.records.emplace_back(PutDeployment{row_});
    auto error = *lacks_;
    error.context.emplace_back("preparing a deployment, of which nothing was touched");
    out.end = End{std::move(error)};
  } else if (!fetching_ && room.calls != 0) {
    fetching_ = true;
    out.fetch = ProviderCall{.call = 0, .provider = provider_, .fetch = std::exchange(to_fetch_, {})};
  }
  return out;
}

// The time that a rollout may take begins with its first move: a slow line is no fault of the new revision.
std::vector<Mutation> DeploymentRun::take_fetched(const Result<ObjectResult>& result, Moment now) {
  fetching_ = false;
  if (!result) {
    lacks_ = result.error();
    return {};
  }
  record_.started = now;
  return record_now();
}

}  // namespace infra
