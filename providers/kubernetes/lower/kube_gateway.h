// A load balancer as a Gateway with HTTPRoutes (Gateway API): a listener each, a route each.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "providers/kubernetes/lower/kube_lower.h"

namespace infra::kubernetes {

// The attribute of a load balancer that keeps the namespace of its Gateway: as recorded, with none before.
inline constexpr std::string_view kGatewayHome = "gateway_namespace";
std::optional<Value> recorded_gateway_home(const std::vector<RecordedPart>& parts);

// Of lowering.resource: the Gateway with the Secrets of its certificates, and the HTTPRoutes beside their services. The
// Gateway stays in the namespace where it is as long as that is declared: in another one it would get another address.
// At first it is the first of those that it sends to. `body`: annotations.
void add_gateway(const Lowering& lowering, Map body, Lowered& out);

}  // namespace infra::kubernetes
