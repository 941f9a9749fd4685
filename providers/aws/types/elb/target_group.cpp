#include <array>

#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/elb/elb.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

Result<Ok> set_target_attributes(const Call& call, const std::string& arn) {
  List attributes{params({{"Key", "deregistration_delay.timeout_seconds"}, {"Value", call.text("drain_seconds")}})};
  if (number_of(call["slow_start_seconds"]) > 0) {
    attributes.push_back(params({{"Key", "slow_start.duration_seconds"}, {"Value", call.text("slow_start_seconds")}}));
  }
  return done(call.call(kElb, "ModifyTargetGroupAttributes",
                        params({{"TargetGroupArn", arn}, {"Attributes", std::move(attributes)}})));
}

Result<std::string> create_target_group(Call& call) {
  auto request = params({{"Name", call.unique(32)},
                         {"Protocol", call["protocol"]},
                         {"Port", call["port"]},
                         {"VpcId", call["vpc"]},
                         {"TargetType", call["target"]},
                         {"Tags", tag_list(call.tags())}});
  if (const auto* health = call["health"].map()) {
    for (const auto& [name, value] : *health) request.set(name, value);
  }
  const auto made = call.call(kElb, "CreateTargetGroup", Value(std::move(request)));
  if (!made) return made.error();
  const auto arn = text_of(items_of(made["TargetGroups"]).at(0)["TargetGroupArn"]);
  if (auto set = set_target_attributes(call, arn); !set) return std::move(set).error();
  return arn;
}

constexpr std::array kHealth = {"HealthCheckEnabled",    "HealthCheckIntervalSeconds", "HealthCheckPath",
                                "HealthCheckPort",       "HealthCheckProtocol",        "HealthCheckTimeoutSeconds",
                                "HealthyThresholdCount", "UnhealthyThresholdCount",    "Matcher"};

void read_group(const Value& item, Seen& seen) {
  Map health;
  for (const auto* member : kHealth) health.set(member, item[member]);
  seen.live.set("health", std::move(health));
  seen.fixed = params({{"vpc", text_of(item["VpcId"])},
                       {"protocol", text_of(item["Protocol"])},
                       {"port", number_of(item["Port"])},
                       {"target", text_of(item["TargetType"])}});
}

Result<Ok> update_target_group(Call& call) {
  if (const auto* health = call["health"].map(); health != nullptr && call.drifted("health")) {
    auto request = *health;
    request.set("TargetGroupArn", call.id);
    if (auto set = done(call.call(kElb, "ModifyTargetGroup", Value(std::move(request)))); !set) return set;
  }
  return set_target_attributes(call, call.id);
}

}  // namespace

const Type& target_group_type() {
  static const Type type{
      .schema =
          {.name = "target_group",
           .doc = "The copies of a service that a load balancer sends requests to, and how it sees that they work.",
           // The health check, too: one that is changed in place would judge the old copies by the new rule.
           .attributes = {fixed("vpc", types::string(), "The VPC."), fixed("protocol", types::string(), "HTTP or TCP."),
                          fixed("port", types::integer(), "The port of the copies."),
                          fixed("target", types::string(), "ip, or instance."),
                          fixed_optional("health", types::map(infra::Type()), "As CreateTargetGroup takes it."),
                          changeable("drain_seconds", types::integer(), "How long a copy may finish its requests."),
                          changeable("slow_start_seconds", types::integer(), "How long a new one gets fewer."),
                          labels_attribute(), output("arn", "Its ARN.")}},
      .list = [](Account& account, const std::vector<Known>&) -> Objects {
        const auto all =
            account.client.list(kElb, "DescribeTargetGroups", {}, {"Marker", "NextMarker", "TargetGroups"});
        if (!all) return all.error();
        return own_of_elb(account, items_of(all.value()), "TargetGroupArn", "target_group", read_group);
      },
      .actions = {"elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags",
                  "elasticloadbalancing:CreateTargetGroup", "elasticloadbalancing:DeleteTargetGroup",
                  "elasticloadbalancing:DescribeTags", "elasticloadbalancing:DescribeTargetGroups",
                  "elasticloadbalancing:ModifyTargetGroup", "elasticloadbalancing:ModifyTargetGroupAttributes"},
      .create = create_target_group,
      .update = update_target_group,
      .destroy =
          [](Call& call) {
            using namespace std::chrono_literals;
            return gone(call.insist(
                [&] {
                  return call.call(kElb, "DeleteTargetGroup", params({{"TargetGroupArn", call.id}}));
                },
                [](const Fault& fault) { return fault.is({"ResourceInUse"}); }, 5s, 5min));
          },
      .look =
          [](Account& account, const Known& known) {
            return look_in_elb(account, known.id, "DescribeTargetGroups", "TargetGroupArns", "TargetGroups",
                               read_group);
          },
      .find =
          [](Account& account, const std::string& name) {
            return find_in_elb(account, name, "DescribeTargetGroups", "TargetGroups", "TargetGroupArn");
          },
      .tag = tag_in_elb};
  return type;
}

}  // namespace infra::aws
