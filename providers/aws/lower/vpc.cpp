#include "providers/aws/lower/lower.h"

namespace infra::aws {

namespace {

Value text_value(const Value& value) { return to_text(value).value_or(""); }

// From the VPC's own addresses, never from group to group: groups that name each other can't be deleted.
List from_inside(const Value& cidr) { return {entries({{"protocol", "-1"}, {"cidr", text_value(cidr)}})}; }

}  // namespace

Lowered lower_vpc(const Lowering& lowering) {
  const auto& vpc = lowering.resource;
  const auto id = part_of(vpc, "vpc", "id");
  Lowered out;
  auto network = entries({{"cidr", text_value(vpc.config["cidr"])}});
  out.resources.push_back(make_part(lowering, "vpc", "vpc", std::move(network), Order::create_first));
  auto inside =
      entries({{"vpc", id}, {"description", "from inside of the VPC"}, {"rules", from_inside(vpc.config["cidr"])}});
  out.resources.push_back(make_part(lowering, "inside", "security_group", std::move(inside), Order::create_first));
  if (!subnets_of(lowering, vpc, true).empty()) {
    out.resources.push_back(
        make_part(lowering, "gateway", "internet_gateway", entries({{"vpc", id}}), Order::destroy_first));
  }
  out.outputs = entries({{"", id}});
  return out;
}

}  // namespace infra::aws
