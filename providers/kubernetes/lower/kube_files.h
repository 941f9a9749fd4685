// The files of a task's containers: texts in a ConfigMap, secret ones in Secrets, mounted one by one. Folders in memory
// are volumes as well.
#pragma once
#include <map>
#include <string>

#include "providers/kubernetes/lower/kube_lower.h"

namespace infra::kubernetes {

struct Files {
  std::map<std::string, List> mounts;  // by container
  List volumes;                        // of the pod
};

// Of the task that lowering.resource runs. What holds their content is added to `out`. E0417 for an owner: Kubernetes
// gives files to root.
Files files_of(const Lowering& lowering, const Resource& cluster, const Resource& task, Lowered& out);

}  // namespace infra::kubernetes
