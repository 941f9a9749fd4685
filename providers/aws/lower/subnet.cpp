#include "providers/aws/lower/lower.h"

namespace infra::aws {

Lowered lower_subnet(const Lowering& lowering) {
  const auto& subnet = lowering.resource;
  const auto* vpc = lowering.referred(subnet.config["vpc"]);
  if (vpc == nullptr) return engine::nothing(lowering, {""});
  const auto vpc_id = part_of(*vpc, "vpc", "id");
  const bool open = subnet.config["public"] == Value(true);
  Map inputs(std::vector<Entry>{{"vpc", vpc_id}, {"cidr", to_text(subnet.config["cidr"]).value_or("")}});
  if (!subnet.config["zone"].is_null()) inputs.set("zone", subnet.config["zone"]);
  if (open) inputs.set("public", true);
  Lowered out;
  out.resources.push_back(make_part(lowering, "subnet", "subnet", std::move(inputs), Order::destroy_first));

  const auto id = part_of(subnet, "subnet", "id");
  Map routes(std::vector<Entry>{{"vpc", vpc_id}, {"subnet", id}});
  if (open) {
    routes.set("gateway", part_of(*vpc, "gateway", "id"));
  } else if (const auto nat = nat_part(lowering, *vpc, subnet); !nat.empty()) {
    routes.set("nat", part_of(*vpc, nat, "id"));
  }
  out.resources.push_back(make_part(lowering, "routes", "route_table", std::move(routes), Order::destroy_first));
  out.outputs = entries({{"", id}});
  return out;
}

}  // namespace infra::aws
