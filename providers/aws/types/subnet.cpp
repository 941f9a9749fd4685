#include "providers/aws/types/ec2.h"
#include "providers/aws/types/interfaces.h"
#include "providers/aws/types/rows.h"

namespace infra::aws {

namespace {

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
    auto set = call.insist(
        [&] {
          return call.ec2("ModifySubnetAttribute",
                          params({{"SubnetId", id}, {"MapPublicIpOnLaunch", params({{"Value", true}})}}));
        },
        [](const Fault& fault) { return fault.not_found(); }, std::chrono::seconds(2), std::chrono::minutes(1));
    if (!set) return set.error();
  }
  return call.account().identity.arn_of("ec2", "subnet/" + id);
}

}  // namespace

const Type& subnet_type() {
  static const Type type = [] {
    Type out{
        .schema = {.name = "subnet",
                   .doc = "A part of a VPC's addresses in one zone.",
                   .attributes = {fixed("vpc", types::string(), "The VPC that it is a part of."),
                                  fixed("cidr", types::string(), "Its addresses."),
                                  fixed_optional("zone", types::string(), "The zone: `a`, or its whole name."),
                                  fixed_optional("public", types::boolean(), "What starts here gets a public address."),
                                  labels_attribute(), output("id", "subnet-…"),
                                  output("zone_name", "The zone that it is in.")}},
        .actions = {"ec2:CreateSubnet", "ec2:CreateTags", "ec2:DeleteSubnet", "ec2:DescribeNetworkInterfaces",
                    "ec2:DescribeSubnets", "ec2:ModifySubnetAttribute"},
        .create = create_subnet,
        .destroy = [](Call& call) { return delete_when_free(call, "DeleteSubnet", "SubnetId", "subnet-id"); },
        .every = std::chrono::seconds(2)};
    seen_by_ec2(out, {"DescribeSubnets", "subnetSet", "subnetId", "subnet-id", "subnet"},
                [](const Value& item, Seen& seen) {
                  seen.state = text_of(item["state"]) == "pending" ? State::starting : State::ready;
                  seen.outputs.set("zone_name", text_of(item["availabilityZone"]));
                });
    return out;
  }();
  return type;
}

}  // namespace infra::aws
