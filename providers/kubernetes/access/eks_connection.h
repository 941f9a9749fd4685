// A cluster of EKS, reached without a kubeconfig.
#pragma once
#include "base/values/value.h"
#include "providers/eks_access.h"
#include "providers/kubernetes/access/kube_access.h"

namespace infra::kubernetes {

// `eks`: the platform's attribute of this name, as EksAccess has it. E0630 for what no cluster can be reached by.
Result<Access> access_to_eks(const Value& eks, const EksSignIn& sign_in);

}  // namespace infra::kubernetes
