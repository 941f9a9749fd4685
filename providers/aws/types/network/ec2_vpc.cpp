#include <array>
#include <utility>

#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/aws_surroundings.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

constexpr std::array<std::pair<const char*, const char*>, 2> kNames = {
    {{"EnableDnsSupport", "enableDnsSupport"}, {"EnableDnsHostnames", "enableDnsHostnames"}}};

// Names inside of it, which Fargate's tasks and the service discovery need; one attribute a call.
Result<Ok> allow_names(const Call& call, const std::string& id) {
  for (const auto& [attribute, answered] : kNames) {
    if (!call.id.empty() && !call.drifted(answered)) continue;
    auto set = call.insist(
        [&, name = attribute] {
          return call.ec2("ModifyVpcAttribute", params({{"VpcId", id}, {name, params({{"Value", true}})}}));
        },
        [](const Fault& fault) { return fault.not_found(); }, std::chrono::seconds(2), std::chrono::minutes(1));
    if (!set) return set.error();
  }
  return Ok();
}

Result<Ok> look_at_names(Account& account, Seen& seen) {
  for (const auto& [attribute, answered] : kNames) {
    const auto found = account.client.call("ec2", "DescribeVpcAttribute",
                                           params({{"VpcId", last_part(seen.id)}, {"Attribute", answered}}));
    if (!found) {
      if (found.fault().not_found()) return Ok();
      return found.error();
    }
    if (!flag_of(found[answered]["value"])) seen.drift.push_back({answered, "on, now off"});
  }
  return Ok();
}

Result<std::string> create_vpc(Call& call) {
  const auto made = call.ec2(
      "CreateVpc", params({{"CidrBlock", call.text("cidr")}, {"TagSpecification", call.tag_specification("vpc")}}));
  if (!made) return made.error();
  const auto id = text_of(made["vpc"]["vpcId"]);
  if (auto set = allow_names(call, id); !set) return std::move(set).error();
  return call.account().identity.arn_of("ec2", "vpc/" + id);
}

}  // namespace

const Type& vpc_type() {
  static const Type type = [] {
    Type out{.schema = {.name = "vpc",
                        .doc = "A virtual network of an account.",
                        .attributes = {fixed("cidr", types::string(), "Its addresses: 10.0.0.0/16."),
                                       labels_attribute(), output("id", "vpc-…")}},
             .actions = {"ec2:CreateTags", "ec2:DeleteTags", "ec2:CreateVpc", "ec2:DeleteVpc",
                         "ec2:DescribeVpcAttribute", "ec2:DescribeVpcs", "ec2:ModifyVpcAttribute"},
             .create = create_vpc,
             .update = [](Call& call) { return allow_names(call, last_part(call.id)); },
             .destroy = [](Call& call) { return delete_ec2(call, "DeleteVpc", "VpcId"); },
             .surroundings = around_vpc,
             .every = std::chrono::seconds(2)};
    seen_by_ec2(out, {"DescribeVpcs", "vpcSet", "vpcId", "vpc-id", "vpc"}, [](const Value& item, Seen& seen) {
      seen.state = text_of(item["state"]) == "pending" ? State::starting : State::ready;
      seen.fixed.set("cidr", text_of(item["cidrBlock"]));
    });
    out.list = [list = out.list](Account& account, const std::vector<Known>& known) -> Objects {
      auto all = list(account, known);
      if (!all) return all;
      for (auto& seen : *all) {
        if (auto looked = look_at_names(account, seen); !looked) return std::move(looked).error();
      }
      return all;
    };
    return out;
  }();
  return type;
}

}  // namespace infra::aws
