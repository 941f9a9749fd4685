// A task's containers as a pod's.
#pragma once
#include <vector>

#include "providers/kubernetes/lower/kube_files.h"
#include "providers/kubernetes/lower/kube_secrets.h"

namespace infra::kubernetes {

struct Containers {
  List main;
  List init;
  std::int64_t stop_seconds = 0;  // the longest, with the time in which balancers forget the pod
};

// Of the task that lowering.resource runs.
Containers containers_of(const Lowering& lowering, const Resource& task, const SecretKeys& secrets, const Files& files);

// "$" is written "$$": Kubernetes expands $(NAME) in arguments and variables.
Value escaped(const Value& text);

}  // namespace infra::kubernetes
