#include <map>

#include "providers/aws/types/aws_surroundings.h"

namespace infra::aws {

namespace {

// All of one VPC's.
Result<List> of_vpc(Account& account, const char* operation, const char* set, const std::string& vpc) {
  const auto filter = params({{"Name", "vpc-id"}, {"Value", List{vpc}}});
  const auto all =
      account.client.list("ec2", operation, params({{"Filter", List{filter}}}), {"NextToken", "nextToken", set});
  if (!all) return all.error();
  return List(items_of(all.value()));
}

bool leads_out(const Value& table) {
  for (const auto& route : items_of(table["routeSet"])) {
    const auto to = text_of(route["destinationCidrBlock"]);
    if (to == "0.0.0.0/0" && text_of(route["gatewayId"]).starts_with("igw-")) return true;
  }
  return false;
}

// Which subnets are public is said by their routes: by their own table, or else by the VPC's main one.
class Routes {
 public:
  static Result<Routes> of(Account& account, const std::string& vpc) {
    const auto tables = of_vpc(account, "DescribeRouteTables", "routeTableSet", vpc);
    if (!tables) return tables.error();
    Routes out;
    for (const auto& table : *tables) {
      for (const auto& association : items_of(table["associationSet"])) {
        const auto subnet = text_of(association["subnetId"]);
        if (!subnet.empty()) out.by_subnet_[subnet] = leads_out(table);
        if (subnet.empty() && flag_of(association["main"])) out.main_ = leads_out(table);
      }
    }
    return out;
  }

  [[nodiscard]] bool is_public(const std::string& subnet) const {
    const auto at = by_subnet_.find(subnet);
    return at != by_subnet_.end() ? at->second : main_;
  }

 private:
  std::map<std::string, bool> by_subnet_;
  bool main_ = false;
};

Result<List> cidrs_of(Account& account, const std::string& vpc) {
  const auto all = of_vpc(account, "DescribeVpcs", "vpcSet", vpc);
  if (!all) return all.error();
  List out;
  for (const auto& one : *all) {
    for (const auto& block : items_of(one["cidrBlockAssociationSet"])) {
      const auto state = text_of(block["cidrBlockState"]["state"]);
      if (state.empty() || state == "associated") out.push_back(text_of(block["cidrBlock"]));
    }
    if (out.empty()) out.push_back(text_of(one["cidrBlock"]));
  }
  return out;
}

}  // namespace

Result<Ok> around_subnet(Account& account, Seen& seen) {
  const auto vpc = text_of(seen.fixed["vpc"]);
  auto cidrs = cidrs_of(account, vpc);
  if (!cidrs) return std::move(cidrs).error();
  const auto routes = Routes::of(account, vpc);
  if (!routes) return routes.error();
  seen.outputs.set("vpc", vpc);
  seen.outputs.set("cidrs", *std::move(cidrs));
  seen.outputs.set("public", routes->is_public(last_part(seen.id)));
  return Ok();
}

Result<Ok> around_vpc(Account& account, Seen& seen) {
  const auto vpc = last_part(seen.id);
  auto cidrs = cidrs_of(account, vpc);
  if (!cidrs) return std::move(cidrs).error();
  const auto routes = Routes::of(account, vpc);
  if (!routes) return routes.error();
  const auto subnets = of_vpc(account, "DescribeSubnets", "subnetSet", vpc);
  if (!subnets) return subnets.error();
  std::map<std::string, bool> sorted;  // answers come in any order
  for (const auto& one : *subnets) {
    const auto id = text_of(one["subnetId"]);
    sorted[id] = routes->is_public(id);
  }
  List all;
  for (const auto& [id, open] : sorted) all.push_back(params({{"id", id}, {"public", open}}));
  seen.outputs.set("cidrs", *std::move(cidrs));
  seen.outputs.set("subnets", std::move(all));
  return Ok();
}

}  // namespace infra::aws
