#include <fmt/format.h>

#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

constexpr const char* kGroups = "autoscaling";

// Each tag names the group that it is of; it goes on to the instances.
List group_tags(const Tags& tags, const std::string& group) {
  List out;
  for (const auto& [key, value] : tags) {
    out.push_back(params({{"ResourceId", group},
                          {"ResourceType", "auto-scaling-group"},
                          {"Key", key},
                          {"Value", value},
                          {"PropagateAtLaunch", key != "infra.token" && key != "infra.spec"}}));
  }
  return out;
}

std::string comma_list(const Value& subnets) {
  std::string out;
  for (const auto& one : items_of(subnets)) out += (out.empty() ? "" : ",") + text_of(one);
  return out;
}

// The group's limits. A range is ECS's to choose from: nobody else states how many there are.
void set_size(const Call& call, Map& request) {
  request.set("MinSize", call["min"]);
  request.set("MaxSize", call["max"]);
  if (call["min"] == call["max"]) request.set("DesiredCapacity", call["max"]);
}

Result<std::string> create_group(Call& call) {
  const auto name = call.unique(255);
  auto request = params({{"AutoScalingGroupName", name},
                         {"LaunchTemplate", params({{"LaunchTemplateId", call["template"]}, {"Version", "$Latest"}})},
                         {"VPCZoneIdentifier", comma_list(call["subnets"])},
                         {"NewInstancesProtectedFromScaleIn", flag_of(call["managed"])},
                         {"Tags", group_tags(call.tags(), name)}});
  set_size(call, request);
  const auto made = call.call(kGroups, "CreateAutoScalingGroup", Value(std::move(request)));
  if (!made) return made.error();
  const auto found = call.call(kGroups, "DescribeAutoScalingGroups", params({{"AutoScalingGroupNames", List{name}}}));
  if (!found) return found.error();
  for (const auto& group : items_of(found["AutoScalingGroups"])) return text_of(group["AutoScalingGroupARN"]);
  return Error{.code = "E0626", .message = "the Auto Scaling group " + name + " isn't there after it was made"};
}

Seen group_seen(const Value& item) {
  Seen seen{.id = text_of(item["AutoScalingGroupARN"]), .tags = read_tags(item["Tags"])};
  if (!text_of(item["Status"]).empty()) {  // "Delete in progress"
    seen.state = State::gone;
    return seen;
  }
  std::int64_t in_service = 0;
  for (const auto& instance : items_of(item["Instances"]))
    in_service += text_of(instance["LifecycleState"]) == "InService";
  const auto wanted = number_of(item["MinSize"]);
  if (in_service < wanted) {
    seen.state = State::starting;
    seen.detail = fmt::format("{} of {} instances in service", in_service, wanted);
  }
  seen.outputs = params({{"arn", seen.id}});
  seen.live = params({{"min", number_of(item["MinSize"])}, {"max", number_of(item["MaxSize"])}});
  return seen;
}

Result<std::vector<Seen>> groups_by(Account& account, Map request) {
  const auto all = account.client.list(kGroups, "DescribeAutoScalingGroups", std::move(request),
                                       {"NextToken", "NextToken", "AutoScalingGroups"});
  if (!all) return all.error();
  std::vector<Seen> out;
  for (const auto& item : items_of(all.value())) {
    auto seen = group_seen(item);
    if (seen.state != State::gone) out.push_back(std::move(seen));
  }
  return out;
}

Result<Ok> destroy_group(Call& call) {
  using namespace std::chrono_literals;
  const auto name = last_part(call.id);
  const auto asked =
      call.call(kGroups, "DeleteAutoScalingGroup", params({{"AutoScalingGroupName", name}, {"ForceDelete", true}}));
  if (!asked) {
    const bool gone_already = asked.fault().not_found() || asked.fault().message.find("not found") != std::string::npos;
    const bool going = asked.fault().is({"ResourceInUse", "ScalingActivityInProgress"});
    if (gone_already) return Ok();
    if (!going) return asked.error();
  }
  // Its instances hold the security group, the subnets and the launch template until they have ended.
  const auto waited = call.account().client.wait(
      {.every = 10s, .deadline = 15min, .what = "the end of the Auto Scaling group " + name},
      [&] {
        return call.call(kGroups, "DescribeAutoScalingGroups", params({{"AutoScalingGroupNames", List{name}}}));
      },
      [](const Reply& reply) {
        if (!reply) return Verdict::failed;
        return items_of(reply["AutoScalingGroups"]).empty() ? Verdict::done : Verdict::go_on;
      },
      &call.cancel());
  return waited ? Result<Ok>(Ok()) : Result<Ok>(waited.error());
}

}  // namespace

const Type& auto_scaling_group_type() {
  static const Type type{
      .schema = {.name = "auto_scaling_group",
                 .doc = "EC2 instances of one kind. Billed by the hour, each.",
                 .attributes = {fixed("template", types::string(), "The launch template."),
                                fixed("subnets", types::list(types::string()), "Where the instances stand."),
                                fixed_optional("managed", types::boolean(),
                                               "ECS says how many there are, and ends none that still has tasks."),
                                changeable("min", types::integer(), "At least so many."),
                                changeable("max", types::integer(), "At most."), labels_attribute(),
                                output("arn", "Its ARN.")}},
      .list = [](Account& account, const std::vector<Known>&) -> Objects {
        return groups_by(account, params({{"Filters", List{params({{"Name", "tag:infra.lineage"},
                                                                   {"Values", List{account.owner.lineage}}})}}}));
      },
      .actions = {"autoscaling:CreateAutoScalingGroup", "autoscaling:CreateOrUpdateTags", "autoscaling:DeleteTags",
                  "autoscaling:DeleteAutoScalingGroup", "autoscaling:DescribeAutoScalingGroups",
                  "autoscaling:UpdateAutoScalingGroup", "ec2:RunInstances", "iam:CreateServiceLinkedRole",
                  "iam:PassRole"},
      .billed = "group of EC2 instances",
      .create = create_group,
      .update = [](Call& call) -> Result<Ok> {
        auto request = params({{"AutoScalingGroupName", last_part(call.id)}});
        set_size(call, request);
        return done(call.call(kGroups, "UpdateAutoScalingGroup", Value(std::move(request))));
      },
      .destroy = destroy_group,
      .look = [](Account& account, const Known& known) -> Result<std::optional<Seen>> {
        auto found = groups_by(account, params({{"AutoScalingGroupNames", List{last_part(known.id)}}}));
        if (!found) return std::move(found).error();
        return found->empty() ? std::optional<Seen>() : std::optional(std::move(found->front()));
      },
      .every = std::chrono::seconds(10),
      .tag =
          [](Account& account, const std::string& id, const Tags& tags) {
            return done(account.client.call(kGroups, "CreateOrUpdateTags",
                                            params({{"Tags", group_tags(tags, last_part(id))}})));
          }};
  return type;
}

}  // namespace infra::aws
