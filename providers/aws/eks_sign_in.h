// Tokens by which EKS knows a caller of AWS.
// https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster
#pragma once
#include "providers/eks_access.h"

namespace infra {

Result<EksTokens> sign_in_at_eks(const EksAccess& cluster);

}  // namespace infra
