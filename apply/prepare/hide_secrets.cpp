#include "apply/prepare/hide_secrets.h"

namespace infra {
namespace {

constexpr std::size_t kNoCommonWord = 8;

}  // namespace

void hide_params(const Graph& graph, const std::map<std::string, ParamValue>& given, Redactor& redactor) {
  for (const auto& [name, value] : given) redactor.hide_secrets_of(graph.params[name]);
}

void hide_inputs(const LoweredGraph& lowered, Redactor& redactor) {
  for (const auto& resource : lowered.resources) hide_inputs(resource, redactor);
}

void hide_inputs(const LoweredResource& resource, Redactor& redactor) {
  redactor.hide_secrets_of(resource.inputs, kNoCommonWord);
}

void clean_observed(Observation& observed, const Redactor& redactor) {
  for (auto& object : observed.objects) {
    if (!object.health.detail.empty()) object.health.detail = redactor.clean_foreign(object.health.detail);
    if (!object.rollout) continue;
    object.rollout->progress = redactor.clean_foreign(object.rollout->progress);
    object.rollout->reason = redactor.clean_foreign(object.rollout->reason);
  }
  for (auto& unreachable : observed.unreachable) unreachable.error = redactor.clean(std::move(unreachable.error));
}

}  // namespace infra
