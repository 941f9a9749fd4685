// The pods of a stack: what its Deployments, DaemonSets and Jobs keep running now.
#pragma once
#include <string>
#include <vector>

#include "providers/health.h"
#include "providers/kubernetes/objects/objects.h"

namespace infra::kubernetes {

// An object that makes pods.
struct Workload {
  Address owner;  // service.api, job.migrate
  std::string type;
  std::string space, name, uid;
  Json selector;  // matchLabels
};

struct LivePod {
  Address address;  // service.api/7d9c6b5f4-x2k4q: the pod's name without that of what made it
  Json pod;
};

struct StackPods {
  std::vector<Workload> workloads;
  std::vector<LivePod> pods;  // sorted by address
};

// Two calls for a type of workload, and one for each namespace. Who may not list in the whole cluster is asked for the
// namespaces of this stack.
Result<StackPods> pods_of_stack(Cluster& cluster, const Cancel* cancel = nullptr);

// How a pod is, as `infra ps` shows it. Pure.
Health health_of_pod(const Json& pod);

}  // namespace infra::kubernetes
