// A load balancer as a Gateway with HTTPRoutes (Gateway API): a listener each, a route each.
#pragma once
#include "providers/kubernetes/lower/lower.h"

namespace infra::kubernetes {

// Of lowering.resource: the Gateway in the first of the namespaces that it sends to, with the Secrets of its
// certificates, and the HTTPRoutes beside their services. `body`: annotations.
void add_gateway(const Lowering& lowering, Map body, Lowered& out);

}  // namespace infra::kubernetes
