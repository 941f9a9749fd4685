#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

Result<Ok> attach_gateway(const Call& call, const std::string& id) {
  const auto attached =
      call.ec2("AttachInternetGateway", params({{"InternetGatewayId", id}, {"VpcId", call.text("vpc")}}));
  if (!attached && attached.fault().is({"Resource.AlreadyAssociated"})) return Ok();
  return done(attached);
}

Result<std::string> create_gateway(Call& call) {
  const auto made =
      call.ec2("CreateInternetGateway", params({{"TagSpecification", call.tag_specification("internet-gateway")}}));
  if (!made) return made.error();
  const auto id = text_of(made["internetGateway"]["internetGatewayId"]);
  if (auto attached = attach_gateway(call, id); !attached) return std::move(attached).error();
  return call.account().identity.arn_of("ec2", "internet-gateway/" + id);
}

Result<Ok> destroy_gateway(Call& call) {
  using namespace std::chrono_literals;
  const auto id = last_part(call.id);
  const auto vpc = text_of(call.recorded_inputs["vpc"]);
  // Public addresses that are still mapped in the VPC hold it: those of a NAT gateway or a balancer that goes.
  auto detached = call.insist(
      [&] {
        return call.ec2("DetachInternetGateway", params({{"InternetGatewayId", id}, {"VpcId", vpc}}));
      },
      [](const Fault& fault) { return fault.is({"DependencyViolation"}); }, 5s, 10min);
  if (!detached && !detached.fault().not_found() && !detached.fault().is({"Gateway.NotAttached"})) {
    return detached.error();
  }
  return delete_ec2(call, "DeleteInternetGateway", "InternetGatewayId");
}

}  // namespace

const Type& internet_gateway_type() {
  static const Type type = [] {
    Type out{.schema = {.name = "internet_gateway",
                        .doc = "The way between a VPC's public subnets and the internet.",
                        .attributes = {fixed("vpc", types::string(), "The VPC that it is attached to."),
                                       labels_attribute(), output("id", "igw-…")}},
             .actions = {"ec2:AttachInternetGateway", "ec2:CreateInternetGateway", "ec2:CreateTags", "ec2:DeleteTags",
                         "ec2:DeleteInternetGateway", "ec2:DescribeInternetGateways", "ec2:DetachInternetGateway"},
             .create = create_gateway,
             .destroy = destroy_gateway};
    seen_by_ec2(out,
                {"DescribeInternetGateways", "internetGatewaySet", "internetGatewayId", "internet-gateway-id",
                 "internet-gateway"},
                [](const Value& item, Seen& seen) {
                  for (const auto& one : items_of(item["attachmentSet"])) seen.fixed.set("vpc", text_of(one["vpcId"]));
                  // Made and not attached: the run that made it was killed in between.
                  if (items_of(item["attachmentSet"]).empty()) {
                    seen.state = State::failed;
                    seen.detail = "not attached to a VPC";
                  }
                });
    return out;
  }();
  return type;
}

}  // namespace infra::aws
