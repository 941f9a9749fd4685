// Kubeconfig files, as kubectl reads them: KUBECONFIG lists several, of which the first that names a thing wins; paths
// in one are relative to it. In a pod the service account's token is used when there is no file.
#pragma once
#include <string>

#include "providers/kubernetes/access/kube_access.h"

namespace infra::kubernetes {

struct AccessWish {
  std::string kubeconfig;  // empty: KUBECONFIG, else ~/.kube/config, else the pod's own
  std::string context;     // empty: the current one
};

// E0630 for what can't be read or isn't supported. Nothing is asked of the cluster yet, and no program is run.
Result<Access> find_access(const AccessWish& wish, const Surroundings& surroundings);

}  // namespace infra::kubernetes
