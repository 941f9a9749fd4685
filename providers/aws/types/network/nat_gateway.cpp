#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

State nat_state(const std::string& text) {
  if (text == "available") return State::ready;
  if (text == "pending") return State::starting;
  return text == "failed" ? State::failed : State::gone;  // deleting, and deleted: listed for an hour
}

Result<std::string> create_nat(Call& call) {
  const auto made = call.ec2("CreateNatGateway", params({{"SubnetId", call.text("subnet")},
                                                         {"AllocationId", call.text("address")},
                                                         {"ClientToken", call.client_token()},
                                                         {"TagSpecification", call.tag_specification("natgateway")}}));
  if (!made) return made.error();
  return call.account().identity.arn_of("ec2", "natgateway/" + text_of(made["natGateway"]["natGatewayId"]));
}

Result<Ok> destroy_nat(Call& call) {
  using namespace std::chrono_literals;
  const auto id = last_part(call.id);
  if (auto asked = gone(call.ec2("DeleteNatGateway", params({{"NatGatewayId", id}}))); !asked) return asked;
  const auto ask = [&] {
    return call.ec2("DescribeNatGateways",
                    params({{"Filter", List{params({{"Name", "nat-gateway-id"}, {"Value", List{id}}})}}}));
  };
  // Its address and its interface are free only then.
  const auto waited = call.account().client.wait(
      {.every = 15s, .deadline = 10min, .what = "the end of " + id}, ask,
      [](const Reply& reply) {
        if (!reply) return Verdict::failed;
        const auto& all = items_of(reply["natGatewaySet"]);
        const bool over = all.empty() || text_of(all[0]["state"]) == "deleted";
        return over ? Verdict::done : Verdict::go_on;
      },
      &call.cancel());
  return waited ? Result<Ok>(Ok()) : Result<Ok>(waited.error());
}

}  // namespace

const Type& nat_gateway_type() {
  static const Type type = [] {
    Type out{.schema = {.name = "nat_gateway",
                        .doc = "The way out of private subnets. Billed by the hour, and by the gigabyte.",
                        .attributes = {fixed("subnet", types::string(), "The public subnet that it stands in."),
                                       fixed("address", types::string(), "The elastic address that it has outside."),
                                       labels_attribute(), output("id", "nat-…")}},
             .actions = {"ec2:CreateNatGateway", "ec2:CreateTags", "ec2:DeleteTags", "ec2:DeleteNatGateway",
                         "ec2:DescribeNatGateways"},
             .billed = "NAT gateway",
             .create = create_nat,
             .destroy = destroy_nat,
             .every = std::chrono::seconds(15)};
    seen_by_ec2(out, {"DescribeNatGateways", "natGatewaySet", "natGatewayId", "nat-gateway-id", "natgateway"},
                [](const Value& item, Seen& seen) {
                  seen.state = nat_state(text_of(item["state"]));
                  seen.detail = text_of(item["failureMessage"]);
                  seen.fixed.set("subnet", text_of(item["subnetId"]));
                  for (const auto& one : items_of(item["natGatewayAddressSet"])) {
                    seen.fixed.set("address", text_of(one["allocationId"]));
                  }
                });
    return out;
  }();
  return type;
}

}  // namespace infra::aws
