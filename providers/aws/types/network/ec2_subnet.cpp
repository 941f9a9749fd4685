#include <fmt/format.h>

#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/aws_surroundings.h"
#include "providers/aws/types/network/ec2.h"
#include "providers/aws/types/network/interfaces.h"

namespace infra::aws {

namespace {

Result<Ok> set_public(const Call& call, const std::string& id) {
  return done(call.insist(
      [&] {
        return call.ec2(
            "ModifySubnetAttribute",
            params({{"SubnetId", id}, {"MapPublicIpOnLaunch", params({{"Value", flag_of(call["public"])}})}}));
      },
      [](const Fault& fault) { return fault.not_found(); }, std::chrono::seconds(2), std::chrono::minutes(1)));
}

// By this tag Kubernetes finds subnets for its load balancers.
constexpr const char* kBalancers[] = {"elb", "internal-elb"};
std::string balancer_tag(std::string_view of) { return fmt::format("kubernetes.io/role/{}", of); }

// What is wanted comes first: a run that is killed between the two has come further, and the next one ends it.
Result<Ok> set_balancers(const Call& call, const std::string& id) {
  const auto wanted = call.text("balancers");
  if (!wanted.empty()) {
    const auto tag = params({{"Key", balancer_tag(wanted)}, {"Value", "1"}});
    auto set = done(call.ec2("CreateTags", params({{"ResourceId", List{id}}, {"Tag", List{tag}}})));
    if (!set) return set;
  }
  List old;
  for (const auto* of : kBalancers) {
    if (of != wanted) old.emplace_back(params({{"Key", balancer_tag(of)}}));
  }
  return gone(call.ec2("DeleteTags", params({{"ResourceId", List{id}}, {"Tag", std::move(old)}})));
}

Result<std::string> create_subnet(Call& call) {
  const auto zone = call.text("zone");
  auto request = params({{"VpcId", call.text("vpc")},
                         {"CidrBlock", call.text("cidr")},
                         {"TagSpecification", call.tag_specification("subnet")}});
  // "a" is the region's zone a; "eu-west-1a" is said as it is.
  if (!zone.empty()) {
    request.set("AvailabilityZone", zone.size() == 1 ? call.account().identity.region + zone : zone);
  }
  const auto made = call.ec2("CreateSubnet", Value(std::move(request)));
  if (!made) return made.error();
  const auto id = text_of(made["subnet"]["subnetId"]);
  if (flag_of(call["public"])) {
    if (auto set = set_public(call, id); !set) return std::move(set).error();
  }
  if (!call["balancers"].is_null()) {
    if (auto set = set_balancers(call, id); !set) return std::move(set).error();
  }
  return call.account().identity.arn_of("ec2", "subnet/" + id);
}

Result<Ok> update_subnet(Call& call) {
  const auto id = last_part(call.id);
  if (call.differs("balancers")) {
    if (auto set = set_balancers(call, id); !set) return set;
  }
  return call.differs("public") ? set_public(call, id) : Result<Ok>(Ok());
}

std::string balancers_by(const Tags& tags) {
  std::string out;
  for (const auto* of : kBalancers) {
    if (tags.contains(balancer_tag(of))) out += out.empty() ? of : fmt::format(", {}", of);
  }
  return out;
}

}  // namespace

const Type& subnet_type() {
  static const Type type = [] {
    Type out{
        .schema = {.name = "subnet",
                   .doc = "A part of a VPC's addresses in one zone.",
                   .attributes = {fixed("vpc", types::string(), "The VPC that it is a part of."),
                                  exclusive(fixed("cidr", types::string(), "Its addresses."), "vpc"),
                                  fixed_optional("zone", types::string(), "The zone: `a`, or its whole name."),
                                  fixed_optional("public", types::boolean(), "What starts here gets a public address."),
                                  changeable("balancers", types::string(),
                                             "Which load balancers Kubernetes may put here: elb, internal-elb."),
                                  labels_attribute(), output("id", "subnet-…"),
                                  output("zone_name", "The zone that it is in.")}},
        .actions = {"ec2:CreateSubnet", "ec2:CreateTags", "ec2:DeleteSubnet", "ec2:DeleteTags",
                    "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:ModifySubnetAttribute"},
        .create = create_subnet,
        .update = update_subnet,
        .destroy = [](Call& call) { return delete_when_free(call, "DeleteSubnet", "SubnetId", "subnet-id"); },
        .surroundings = around_subnet,
        .every = std::chrono::seconds(2)};
    seen_by_ec2(out, {"DescribeSubnets", "subnetSet", "subnetId", "subnet-id", "subnet"},
                [](const Value& item, Seen& seen) {
                  seen.state = text_of(item["state"]) == "pending" ? State::starting : State::ready;
                  seen.outputs.set("zone_name", text_of(item["availabilityZone"]));
                  seen.fixed = params({{"vpc", text_of(item["vpcId"])},
                                       {"cidr", text_of(item["cidrBlock"])},
                                       {"zone", text_of(item["availabilityZone"])}});
                  seen.live.set("public", flag_of(item["mapPublicIpOnLaunch"]));
                  seen.live.set("balancers", balancers_by(seen.tags));
                });
    return out;
  }();
  return type;
}

}  // namespace infra::aws
