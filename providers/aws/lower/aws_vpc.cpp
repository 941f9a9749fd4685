#include "providers/aws/lower/aws_lower.h"

namespace infra::aws {

namespace {

Value text_value(const Value& value) { return to_text(value).value_or(""); }

}  // namespace

// From the VPC's own addresses, never from group to group: groups that name each other can't be deleted.
Map group_of_inside(Value vpc, const Value& cidrs) {
  auto out = entries({{"vpc", std::move(vpc)}, {"description", "from inside of the VPC"}, {"rules", cidrs}});
  if (cidrs.list() == nullptr) return out;  // not known yet
  List rules;
  for (const auto& cidr : *cidrs.list()) rules.emplace_back(entries({{"protocol", "-1"}, {"cidr", cidr}}));
  out.set("rules", std::move(rules));
  return out;
}

Lowered lower_vpc(const Lowering& lowering) {
  const auto& vpc = lowering.resource;
  const auto id = part_of(vpc, "vpc", "id");
  Lowered out;
  auto network = entries({{"cidr", text_value(vpc.config["cidr"])}});
  out.resources.push_back(make_part(lowering, "vpc", "vpc", std::move(network), Order::create_first));
  set_name_tag(vpc, out.resources.back());
  auto inside = group_of_inside(id, List{text_value(vpc.config["cidr"])});
  out.resources.push_back(make_part(lowering, "inside", "security_group", std::move(inside), Order::create_first));
  if (!subnets_of(lowering, vpc, true).empty()) {
    out.resources.push_back(
        make_part(lowering, "gateway", "internet_gateway", entries({{"vpc", id}}), Order::destroy_first));
  }
  out.outputs = entries({{"", id}});
  return out;
}

}  // namespace infra::aws
