#include <algorithm>

#include "providers/aws/lower/aws_lower.h"

namespace infra::aws {

namespace {

constexpr std::int64_t kDay = 86'400'000;

// ECR counts whole days.
std::int64_t days_of(const Duration& time) { return std::max<std::int64_t>(1, (time.ms + kDay - 1) / kDay); }

List rules_of(const Value& lifecycle) {
  List out;
  const auto* rules = lifecycle["rule"].list();
  if (rules == nullptr) return out;
  for (const auto& rule : *rules) {
    Map one;
    if (!rule["tags"].is_null()) one.set("tags", rule["tags"]);
    if (rule["untagged"] == Value(true)) one.set("untagged", true);
    if (const auto* time = rule["older_than"].get<Duration>()) {
      one.set("days", days_of(*time));
    } else {
      one.set("keep", rule["keep"]);
    }
    out.emplace_back(std::move(one));
  }
  return out;
}

}  // namespace

Lowered lower_repository(const Lowering& lowering) {
  const auto& repository = lowering.resource;
  const auto* own = repository.config["name"].string();
  std::string_view path = repository.address.path;
  if (const auto* registry = lowering.referred(repository.config["registry"])) {
    const auto parent = registry->address.path + ".";
    if (path.starts_with(parent)) path.remove_prefix(parent.size());
  }
  Map inputs;
  inputs.set("name", own != nullptr ? *own : run_time_name(lowering.context.stack) + "/" + run_time_name(path));
  if (repository.config["immutable"] == Value(true)) inputs.set("immutable", true);
  if (repository.config["scan"] == Value(true)) inputs.set("scan", true);
  const auto& rules = repository.config["lifecycle"];
  if (!rules["keep_tagged"].is_null()) inputs.set("keep_tagged", rules["keep_tagged"]);
  if (const auto* time = rules["expire_untagged"].get<Duration>()) {
    inputs.set("expire_untagged_days", days_of(*time));
  }
  if (auto stated = rules_of(rules); !stated.empty()) inputs.set("rules", std::move(stated));
  Lowered out;
  out.resources.push_back(make_part(lowering, "repository", "repository", std::move(inputs), Order::destroy_first));
  const auto url = part_of(repository, "repository", "url");
  out.outputs = entries({{"", url}, {"url", url}});
  return out;
}

}  // namespace infra::aws
