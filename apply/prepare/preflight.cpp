#include "apply/prepare/preflight.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "planner/rollout/task_set.h"

namespace infra {
namespace {

using Wanted = std::map<std::string, std::vector<CreateRequest>>;  // by platform

// The tasks that a deployment starts, where it starts them. Kept copies have a place, too, and run already.
void add_tasks(const Deployment& deployment, const Value& set, std::vector<CreateRequest>& out) {
  if (deployment.held) return;
  std::vector<std::string> existing;
  for (const auto* tasks : {&deployment.keep, &deployment.stop}) {
    for (const auto& task : *tasks) existing.push_back(task.id);
  }
  for (const auto& place : deployment.start) {
    const bool kept = std::any_of(deployment.keep.begin(), deployment.keep.end(),
                                  [&](const ExistingTask& task) { return task.address == place.address; });
    if (kept) continue;
    out.push_back({.address = place.address,
                   .type = std::string(kTask),
                   .inputs = to_be_made(task_inputs_on(set, place.node), set),
                   .revision = deployment.to,
                   .existing = existing});
  }
}

bool makes(const Change& change) {
  return change.action == Action::create || change.action == Action::replace || change.action == Action::update;
}

Wanted wanted_by(const Plan& plan) {
  Wanted out;
  for (const auto& change : plan.changes) {
    if (!makes(change) || change.after.map() == nullptr) continue;
    auto& list = out[change.platform];
    if (change.deployment) {
      add_tasks(plan.deployments[*change.deployment], change.after, list);
    } else if (change.type != kTaskSet) {
      list.push_back({.address = change.address, .type = change.type, .inputs = change.after});
      if (!change.id.empty()) list.back().existing.push_back(change.id);
    }
  }
  return out;
}

}  // namespace

std::vector<Provider::Refusal> preflight(const Plan& plan,
                                         const std::map<std::string, std::unique_ptr<Provider>>& providers) {
  std::vector<Provider::Refusal> out;
  for (const auto& [platform, requests] : wanted_by(plan)) {
    const auto at = providers.find(platform);
    if (at == providers.end() || requests.empty()) continue;
    auto refused = at->second->preflight(requests);
    std::move(refused.begin(), refused.end(), std::back_inserter(out));
  }
  return out;
}

void report_refusals(const std::vector<Provider::Refusal>& refusals, const Graph& graph, const Redactor& redactor,
                     Diagnostics& diagnostics) {
  std::set<std::pair<Address, std::string>> told;
  for (const auto& refusal : refusals) {
    const auto error = redactor.clean(refusal.error);
    const auto owner = refusal.address.owner();
    if (!told.emplace(owner, error.message).second) continue;
    const auto* resource = graph.find(owner);
    const auto span = resource != nullptr ? resource->span : Span{};
    auto text = fmt::format("{}: {}", owner.text(), error.message);
    refusal.certain ? diagnostics.error(error.code, span, std::move(text), {}, error.help)
                    : diagnostics.warning(error.code, span, std::move(text), {}, error.help);
  }
}

}  // namespace infra
