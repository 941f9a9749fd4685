#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

constexpr const char* kScaling = "application-autoscaling";
constexpr const char* kDimension = "ecs:service:DesiredCount";

Map target_of(const std::string& resource) {
  return params({{"ServiceNamespace", "ecs"}, {"ResourceId", resource}, {"ScalableDimension", kDimension}});
}

// service/CLUSTER/NAME: as the id has it behind the account.
std::string resource_of(std::string_view id) { return std::string(parse_arn(id).resource); }

// Of which requests are counted: "app/NAME/ID/targetgroup/NAME/ID", the ends of two ARNs.
std::string requests_label(const Value& policy) {
  const auto balancer = text_of(policy["balancer"]);
  const auto resource = parse_arn(balancer).resource;  // loadbalancer/app/NAME/ID
  const auto group = text_of(policy["target_group"]);
  return fmt::format("{}/{}", resource.substr(resource.find('/') + 1), parse_arn(group).resource);
}

std::string policy_name(const Value& policy) { return fmt::format("infra-{}", text_of(policy["metric"])); }

Result<Ok> put_policies(const Call& call, const std::string& resource) {
  for (const auto& policy : items_of(call["policies"])) {
    auto metric = params({{"PredefinedMetricType", policy["metric"]}});
    if (!policy["balancer"].is_null()) metric.set("ResourceLabel", requests_label(policy));
    auto request = target_of(resource);
    request.set("PolicyName", policy_name(policy));
    request.set("PolicyType", "TargetTrackingScaling");
    request.set("TargetTrackingScalingPolicyConfiguration",
                params({{"TargetValue", policy["target"]},
                        {"PredefinedMetricSpecification", std::move(metric)},
                        {"ScaleInCooldown", call["cooldown_seconds"]},
                        {"ScaleOutCooldown", call["cooldown_seconds"]}}));
    if (auto put = done(call.call(kScaling, "PutScalingPolicy", Value(std::move(request)))); !put) return put;
  }
  return Ok();
}

Result<Ok> register_target(const Call& call, const std::string& resource) {
  auto request = target_of(resource);
  request.set("MinCapacity", call["min"]);
  request.set("MaxCapacity", call["max"]);
  if (auto set = done(call.call(kScaling, "RegisterScalableTarget", Value(std::move(request)))); !set) return set;
  return put_policies(call, resource);
}

Result<Ok> update_target(Call& call) {
  const auto resource = resource_of(call.id);
  if (auto set = register_target(call, resource); !set) return set;
  // What isn't wanted goes, whoever put it there.
  const auto all =
      call.call(kScaling, "DescribeScalingPolicies", params({{"ServiceNamespace", "ecs"}, {"ResourceId", resource}}));
  if (!all) return all.error();
  for (const auto& old : items_of(all["ScalingPolicies"])) {
    const auto name = text_of(old["PolicyName"]);
    bool wanted = false;
    for (const auto& policy : items_of(call["policies"])) wanted = wanted || name == policy_name(policy);
    if (wanted) continue;
    auto request = target_of(resource);
    request.set("PolicyName", name);
    if (auto left = gone(call.call(kScaling, "DeleteScalingPolicy", Value(std::move(request)))); !left) return left;
  }
  return Ok();
}

constexpr std::size_t kAtOnce = 50;  // ids that DescribeScalableTargets takes

Objects targets_of(Account& account, const std::vector<Known>& known) {
  std::vector<Seen> out;
  for (std::size_t from = 0; from < known.size(); from += kAtOnce) {
    List resources;
    const auto to = std::min(known.size(), from + kAtOnce);
    for (std::size_t i = from; i < to; ++i) resources.emplace_back(resource_of(known[i].id));
    const auto found = account.client.list(
        kScaling, "DescribeScalableTargets",
        params({{"ServiceNamespace", "ecs"}, {"ResourceIds", std::move(resources)}, {"ScalableDimension", kDimension}}),
        {"NextToken", "NextToken", "ScalableTargets"});
    if (!found) return found.error();
    for (const auto& target : items_of(found.value())) {
      const auto resource = text_of(target["ResourceId"]);
      Seen seen{.id = account.identity.arn_of(kScaling, resource)};
      seen.live = params({{"min", number_of(target["MinCapacity"])}, {"max", number_of(target["MaxCapacity"])}});
      seen.outputs = params({{"resource", resource}});
      out.push_back(std::move(seen));
    }
  }
  return out;
}

Result<std::optional<Seen>> look_at_target(Account& account, const Known& known) {
  auto found = targets_of(account, {known});
  if (!found) return std::move(found).error();
  return found->empty() ? std::optional<Seen>() : std::optional(std::move(found->front()));
}

// All of a region's, since they can be asked for one target only or for all.
Result<std::map<std::string, List>> policies_by_target(Account& account) {
  const auto all = account.client.list(kScaling, "DescribeScalingPolicies", params({{"ServiceNamespace", "ecs"}}),
                                       {"NextToken", "NextToken", "ScalingPolicies"});
  if (!all) return all.error();
  std::map<std::string, List> out;
  for (const auto& policy : items_of(all.value())) {
    const auto& tracking = policy["TargetTrackingScalingPolicyConfiguration"];
    auto row = params({{"metric", text_of(tracking["PredefinedMetricSpecification"]["PredefinedMetricType"])},
                       {"target", tracking["TargetValue"]}});
    if (tracking.is_null()) row.set("metric", text_of(policy["PolicyName"]));
    out[text_of(policy["ResourceId"])].emplace_back(std::move(row));
  }
  return out;
}

// Without what only their making needs.
List comparable_policies(const Value& policies) {
  List out;
  for (const auto& one : items_of(policies)) {
    out.emplace_back(params({{"metric", one["metric"]}, {"target", one["target"]}}));
  }
  return out;
}

Objects list_targets(Account& account, const std::vector<Known>& known) {
  auto out = targets_of(account, known);
  if (!out || out->empty()) return out;
  const auto policies = policies_by_target(account);
  if (!policies) return policies.error();
  const KnownById by_id(known);
  for (auto& seen : *out) {
    const auto* recorded = by_id.find(seen.id);
    const auto at = policies->find(resource_of(seen.id));
    auto now = params({{"policies", at != policies->end() ? at->second : List{}}});
    const auto& asked = recorded != nullptr ? recorded->inputs : Value();
    auto wanted = params({{"policies", comparable_policies(asked["policies"])}});
    for (auto& drift : drift_between(Value(std::move(wanted)), now, {})) seen.drift.push_back(std::move(drift));
  }
  return out;
}

}  // namespace

// It is its service's: registering it twice is registering it once, so it is known by the record alone.
const Type& scalable_target_type() {
  static const Type type{
      .schema = {.name = "scalable_target",
                 .doc = "In which range a service's count follows its load.",
                 .attributes = {fixed("service", types::string(), "The service's ARN."),
                                changeable("min", types::integer(), "At least so many copies."),
                                changeable("max", types::integer(), "At most."),
                                changeable("policies", types::list(types::map(infra::Type())),
                                           "Metric and target of each."),
                                changeable("cooldown_seconds", types::integer(), "Between two changes."),
                                output("resource", "service/CLUSTER/NAME.")}},
      .list = list_targets,
      .listed = false,
      .actions = {"application-autoscaling:DeleteScalingPolicy", "application-autoscaling:DeregisterScalableTarget",
                  "application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingPolicies",
                  "application-autoscaling:PutScalingPolicy", "application-autoscaling:RegisterScalableTarget",
                  "cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm",
                  "iam:CreateServiceLinkedRole"},
      .create = [](Call& call) -> Result<std::string> {
        const auto resource = resource_of(call.text("service"));
        if (auto set = register_target(call, resource); !set) return std::move(set).error();
        return call.account().identity.arn_of(kScaling, resource);
      },
      .update = update_target,
      .destroy =
          [](Call& call) {
            return gone(call.call(kScaling, "DeregisterScalableTarget", Value(target_of(resource_of(call.id)))));
          },
      .look = look_at_target,
      // CLUSTER/SERVICE
      .find = [](Account& account, const std::string& name) -> Result<std::string> {
        return account.identity.arn_of(kScaling, "service/" + name);
      }};
  return type;
}

}  // namespace infra::aws
