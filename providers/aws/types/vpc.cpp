#include "providers/aws/types/ec2.h"
#include "providers/aws/types/rows.h"

namespace infra::aws {

namespace {

Result<std::string> create_vpc(Call& call) {
  const auto made = call.ec2(
      "CreateVpc", params({{"CidrBlock", call.text("cidr")}, {"TagSpecification", call.tag_specification("vpc")}}));
  if (!made) return made.error();
  const auto id = text_of(made["vpc"]["vpcId"]);
  // Names inside of it, which Fargate's tasks and the service discovery need; one attribute a call.
  for (const auto* attribute : {"EnableDnsSupport", "EnableDnsHostnames"}) {
    auto set = call.insist(
        [&] {
          return call.ec2("ModifyVpcAttribute", params({{"VpcId", id}, {attribute, params({{"Value", true}})}}));
        },
        [](const Fault& fault) { return fault.not_found(); }, std::chrono::seconds(2), std::chrono::minutes(1));
    if (!set) return set.error();
  }
  return call.account().identity.arn_of("ec2", "vpc/" + id);
}

}  // namespace

const Type& vpc_type() {
  static const Type type = [] {
    Type out{
        .schema = {.name = "vpc",
                   .doc = "A virtual network of an account.",
                   .attributes = {fixed("cidr", types::string(), "Its addresses: 10.0.0.0/16."), labels_attribute(),
                                  output("id", "vpc-…")}},
        .actions = {"ec2:CreateTags", "ec2:CreateVpc", "ec2:DeleteVpc", "ec2:DescribeVpcs", "ec2:ModifyVpcAttribute"},
        .create = create_vpc,
        .destroy = [](Call& call) { return delete_ec2(call, "DeleteVpc", "VpcId"); },
        .every = std::chrono::seconds(2)};
    seen_by_ec2(out, {"DescribeVpcs", "vpcSet", "vpcId", "vpc-id", "vpc"}, [](const Value& item, Seen& seen) {
      seen.state = text_of(item["state"]) == "pending" ? State::starting : State::ready;
    });
    return out;
  }();
  return type;
}

}  // namespace infra::aws
