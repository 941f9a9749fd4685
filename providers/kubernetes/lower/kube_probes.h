// The probes of a container: its own health check, and what balancers ask of it.
#pragma once
#include "providers/kubernetes/lower/kube_roles.h"

namespace infra::kubernetes {

// Of a balancer's `health` to one of the container's ports.
struct RouteProbe {
  const Value* health = nullptr;
  Value port;
  bool states_healthy = false;  // `healthy` is written, and no default
};

// Adds livenessProbe, readinessProbe and startupProbe.
void add_probes(Map& out, const Value& container, const Turn& turn, const RouteProbe* route);

}  // namespace infra::kubernetes
