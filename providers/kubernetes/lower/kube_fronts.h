// What a load balancer is in a cluster: a Service of its own for bytes, or for one service on a port that isn't the
// web's; else an Ingress in each namespace that it sends to. On a platform with a `gateway` all that is http is a
// Gateway.
#pragma once
#include "providers/engine/routes.h"
#include "providers/kubernetes/lower/kube_lower.h"

namespace infra::kubernetes {

enum class Front { none, service, ingress, gateway, refused };
bool is_on_eks(const Lowering& lowering);
// Only the cluster reaches it. On EKS what is internal is for the whole VPC, as on ECS; elsewhere nobody can say what
// is inside but the cluster.
bool stays_inside(const Lowering& lowering, const Resource& balancer);

// As its listeners are; refused after a diagnostic at the declaration. Nothing is behind one without routes.
Front front_of(const Lowering& lowering, const Resource& balancer);
// Routes of services on the balancer's platform through one of its listeners.
std::vector<engine::RouteView> routes_behind(const Lowering& lowering, const Resource& balancer);
// The namespaces that it sends to, by the clusters' addresses.
std::vector<const Resource*> clusters_behind(const Lowering& lowering, const Resource& balancer);

Value address_of_front(const Lowering& lowering, const Resource& balancer);
// Where a service is reached from outside: one for each route.
List urls_of_routes(const Lowering& lowering, const Resource& service);

}  // namespace infra::kubernetes
