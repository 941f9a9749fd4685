#include <fmt/format.h>

#include "providers/aws/types/ec2.h"
#include "providers/aws/types/rows.h"

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

Result<Ok> put_policies(const Call& call, const std::string& resource) {
  for (const auto& policy : items_of(call["policies"])) {
    auto metric = params({{"PredefinedMetricType", policy["metric"]}});
    if (!policy["balancer"].is_null()) metric.set("ResourceLabel", requests_label(policy));
    auto request = target_of(resource);
    request.set("PolicyName", fmt::format("infra-{}", text_of(policy["metric"])));
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
  for (const auto& old : items_of(call.recorded_inputs["policies"])) {
    bool wanted = false;
    for (const auto& policy : items_of(call["policies"])) wanted = wanted || policy["metric"] == old["metric"];
    if (wanted) continue;
    auto request = target_of(resource);
    request.set("PolicyName", fmt::format("infra-{}", text_of(old["metric"])));
    if (auto left = gone(call.call(kScaling, "DeleteScalingPolicy", Value(std::move(request)))); !left) return left;
  }
  return Ok();
}

Result<std::optional<Seen>> look_at_target(Account& account, const Known& known) {
  const auto found = account.client.call(kScaling, "DescribeScalableTargets",
                                         params({{"ServiceNamespace", "ecs"},
                                                 {"ResourceIds", List{resource_of(known.id)}},
                                                 {"ScalableDimension", kDimension}}));
  if (!found) return found.error();
  if (items_of(found["ScalableTargets"]).empty()) return std::optional<Seen>();
  Seen seen{.id = known.id};
  seen.outputs = params({{"resource", resource_of(known.id)}});
  return std::optional(std::move(seen));
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
      .list = [](Account& account,
                 const std::vector<Known>& known) { return look_at_each(account, known, look_at_target); },
      .listed = false,
      .actions = {"application-autoscaling:DeleteScalingPolicy", "application-autoscaling:DeregisterScalableTarget",
                  "application-autoscaling:DescribeScalableTargets", "application-autoscaling:PutScalingPolicy",
                  "application-autoscaling:RegisterScalableTarget", "cloudwatch:DeleteAlarms",
                  "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm", "iam:CreateServiceLinkedRole"},
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
      .look = look_at_target};
  return type;
}

}  // namespace infra::aws
