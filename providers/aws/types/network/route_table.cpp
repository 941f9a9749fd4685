#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

constexpr const char* kEverywhere = "0.0.0.0/0";

// The default route's target, as CreateRoute and ReplaceRoute name it; null: no way out.
Map route_to(const Call& call, const std::string& table) {
  auto out = params({{"RouteTableId", table}, {"DestinationCidrBlock", kEverywhere}});
  if (const auto gateway = call.text("gateway"); !gateway.empty()) out.set("GatewayId", gateway);
  if (const auto nat = call.text("nat"); !nat.empty()) out.set("NatGatewayId", nat);
  return out;
}

bool has_target(const Call& call) { return !call.text("gateway").empty() || !call.text("nat").empty(); }

Result<Ok> set_route(const Call& call, const std::string& table) {
  if (!has_target(call)) {
    return gone(call.ec2("DeleteRoute", params({{"RouteTableId", table}, {"DestinationCidrBlock", kEverywhere}})));
  }
  const auto made = call.ec2("CreateRoute", Value(route_to(call, table)));
  if (made) return Ok();
  if (!made.fault().is({"RouteAlreadyExists"})) return made.error();
  return done(call.ec2("ReplaceRoute", Value(route_to(call, table))));
}

Result<std::string> create_table(Call& call) {
  const auto made = call.ec2("CreateRouteTable", params({{"VpcId", call.text("vpc")},
                                                         {"ClientToken", call.client_token()},
                                                         {"TagSpecification", call.tag_specification("route-table")}}));
  if (!made) return made.error();
  const auto id = text_of(made["routeTable"]["routeTableId"]);
  const auto joined =
      call.ec2("AssociateRouteTable", params({{"RouteTableId", id}, {"SubnetId", call.text("subnet")}}));
  if (!joined && !joined.fault().is({"Resource.AlreadyAssociated"})) return joined.error();
  if (has_target(call)) {
    if (auto set = set_route(call, id); !set) return std::move(set).error();
  }
  return call.account().identity.arn_of("ec2", "route-table/" + id);
}

void read_default_route(const Value& table, Seen& seen) {
  std::string gateway;
  std::string nat;
  for (const auto& route : items_of(table["routeSet"])) {
    if (text_of(route["destinationCidrBlock"]) != kEverywhere) continue;
    gateway = text_of(route["gatewayId"]);
    nat = text_of(route["natGatewayId"]);
  }
  seen.live.set("gateway", gateway);
  seen.live.set("nat", nat);
  seen.whole = {"gateway", "nat"};
}

Result<Ok> destroy_table(Call& call) {
  const auto id = last_part(call.id);
  const auto seen = call.ec2("DescribeRouteTables",
                             params({{"Filter", List{params({{"Name", "route-table-id"}, {"Value", List{id}}})}}}));
  if (!seen) return seen.error();
  for (const auto& table : items_of(seen["routeTableSet"])) {
    for (const auto& association : items_of(table["associationSet"])) {
      auto left = gone(call.ec2("DisassociateRouteTable",
                                params({{"AssociationId", text_of(association["routeTableAssociationId"])}})));
      if (!left) return left;
    }
  }
  return delete_ec2(call, "DeleteRouteTable", "RouteTableId");
}

}  // namespace

const Type& route_table_type() {
  static const Type type = [] {
    Type out{
        .schema = {.name = "route_table",
                   .doc = "Where a subnet's packets go: its own table, with at most one way out.",
                   .attributes = {fixed("vpc", types::string(), "The VPC."),
                                  fixed("subnet", types::string(), "The subnet whose table it is."),
                                  changeable("gateway", types::string(), "The internet gateway, for a public subnet."),
                                  changeable("nat", types::string(), "The NAT gateway, for a private one."),
                                  labels_attribute(), output("id", "rtb-…")}},
        .actions = {"ec2:AssociateRouteTable", "ec2:CreateRoute", "ec2:CreateRouteTable", "ec2:CreateTags",
                    "ec2:DeleteTags", "ec2:DeleteRoute", "ec2:DeleteRouteTable", "ec2:DescribeRouteTables",
                    "ec2:DisassociateRouteTable", "ec2:ReplaceRoute"},
        .create = create_table,
        .update = [](Call& call) { return set_route(call, last_part(call.id)); },
        .destroy = destroy_table};
    seen_by_ec2(out, {"DescribeRouteTables", "routeTableSet", "routeTableId", "route-table-id", "route-table"},
                [](const Value& item, Seen& seen) {
                  read_default_route(item, seen);
                  seen.fixed.set("vpc", text_of(item["vpcId"]));
                  for (const auto& one : items_of(item["associationSet"])) {
                    if (const auto subnet = text_of(one["subnetId"]); !subnet.empty()) seen.fixed.set("subnet", subnet);
                  }
                  if (items_of(item["associationSet"]).empty()) {
                    seen.state = State::failed;
                    seen.detail = "not associated with its subnet";
                  }
                });
    return out;
  }();
  return type;
}

}  // namespace infra::aws
