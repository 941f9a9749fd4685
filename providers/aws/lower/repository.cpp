#include "providers/aws/lower/lower.h"

namespace infra::aws {

namespace {

constexpr std::int64_t kDay = 86'400'000;

}  // namespace

Lowered lower_repository(const Lowering& lowering) {
  const auto& repository = lowering.resource;
  const auto* own = repository.config["name"].string();
  Map inputs;
  inputs.set("name", run_time_name(lowering.context.stack) + "/" +
                         (own != nullptr ? *own : run_time_name(repository.address.path)));
  if (repository.config["immutable"] == Value(true)) inputs.set("immutable", true);
  const auto& rules = repository.config["lifecycle"];
  if (!rules["keep_tagged"].is_null()) inputs.set("keep_tagged", rules["keep_tagged"]);
  if (const auto* time = rules["expire_untagged"].get<Duration>()) {
    inputs.set("expire_untagged_days", std::max<std::int64_t>(1, (time->ms + kDay - 1) / kDay));  // ECR counts days
  }
  Lowered out;
  out.resources.push_back(make_part(lowering, "repository", "repository", std::move(inputs), Order::destroy_first));
  out.outputs = entries({{"", part_of(repository, "repository", "url")}});
  return out;
}

}  // namespace infra::aws
