#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/elb/elb.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

void read_balancer(const Value& item, Seen& seen) {
  const auto state = text_of(item["State"]["Code"]);
  if (state == "provisioning") seen.state = State::starting;
  if (state == "failed") seen.state = State::failed;
  seen.detail = text_of(item["State"]["Reason"]);
  seen.outputs.set("address", text_of(item["DNSName"]));
  seen.fixed = params({{"type", text_of(item["Type"])}, {"internal", text_of(item["Scheme"]) == "internal"}});
  List subnets;
  for (const auto& zone : items_of(item["AvailabilityZones"])) subnets.emplace_back(text_of(zone["SubnetId"]));
  seen.live = params({{"name", text_of(item["LoadBalancerName"])},
                      {"subnets", std::move(subnets)},
                      {"groups", List(items_of(item["SecurityGroups"]))}});
}

Result<std::string> create_balancer(Call& call) {
  const auto request = params({{"Name", call["name"].is_null() ? Value(call.unique(32)) : call["name"]},
                               {"Type", call["type"]},
                               {"Scheme", flag_of(call["internal"]) ? "internal" : "internet-facing"},
                               {"Subnets", call["subnets"]},
                               {"SecurityGroups", call["groups"]},
                               {"Tags", tag_list(call.tags())}});
  const auto made = call.call(kElb, "CreateLoadBalancer", Value(request));
  if (!made) return made.error();
  return text_of(items_of(made["LoadBalancers"]).at(0)["LoadBalancerArn"]);
}

Result<Ok> update_balancer(Call& call) {
  if (call.differs("subnets")) {
    auto set =
        done(call.call(kElb, "SetSubnets", params({{"LoadBalancerArn", call.id}, {"Subnets", call["subnets"]}})));
    if (!set) return set;
  }
  if (!call.differs("groups")) return Ok();
  return done(
      call.call(kElb, "SetSecurityGroups", params({{"LoadBalancerArn", call.id}, {"SecurityGroups", call["groups"]}})));
}

}  // namespace

const Type& load_balancer_type() {
  static const Type type{
      .schema = {.name = "load_balancer",
                 .doc = "A load balancer (ALB or NLB). Billed by the hour.",
                 .attributes = {exclusive(
                                    fixed_optional("name", types::string(), "Its name; default: one of its own.")),
                                fixed("type", types::string(), "application or network."),
                                fixed_optional("internal", types::boolean(), "Reachable only inside of the VPC."),
                                changeable("subnets", types::list(types::string()), "Where it stands."),
                                changeable("groups", types::list(types::string()), "Security groups."),
                                labels_attribute(), output("arn", "Its ARN."), output("address", "Its DNS name.")}},
      .list = [](Account& account, const std::vector<Known>&) -> Objects {
        const auto all =
            account.client.list(kElb, "DescribeLoadBalancers", {}, {"Marker", "NextMarker", "LoadBalancers"});
        if (!all) return all.error();
        return own_of_elb(account, items_of(all.value()), "LoadBalancerArn", "load_balancer", read_balancer);
      },
      .actions = {"elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags",
                  "elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:DeleteLoadBalancer",
                  "elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTags",
                  "elasticloadbalancing:SetSecurityGroups", "elasticloadbalancing:SetSubnets",
                  "iam:CreateServiceLinkedRole"},
      .billed = "load balancer",
      .create = create_balancer,
      .update = update_balancer,
      .destroy =
          [](Call& call) {
            return gone(call.call(kElb, "DeleteLoadBalancer", params({{"LoadBalancerArn", call.id}})));
          },
      .look =
          [](Account& account, const Known& known) {
            return look_in_elb(account, known.id, "DescribeLoadBalancers", "LoadBalancerArns", "LoadBalancers",
                               read_balancer);
          },
      .find =
          [](Account& account, const std::string& name) {
            return find_in_elb(account, name, "DescribeLoadBalancers", "LoadBalancers", "LoadBalancerArn");
          },
      .every = std::chrono::seconds(15),
      .tag = tag_in_elb};
  return type;
}

}  // namespace infra::aws
