// Who may reach whom: the vpc and subnets of a stack as network policies. Only some of the network plug-ins of clusters
// enforce them.
#pragma once
#include "providers/kubernetes/lower/kube_lower.h"

namespace infra::kubernetes {

const Resource* vpc_of(const Lowering& lowering, const Resource& cluster);
// What marks the namespaces of a vpc: the value of their label infra.vpc.
std::string vpc_label(const Lowering& lowering, const Resource& vpc);
// Into a namespace come only those of its vpc.
LoweredResource policy_of_namespace(const Lowering& lowering, const std::string& space, const Resource& vpc);
// What is open to everybody of a service: all of it in public subnets, else the ports that balancers send to. Nothing
// if it isn't in a vpc, or nobody else reaches it.
std::optional<LoweredResource> policy_of_service(const Lowering& lowering, const Resource& cluster,
                                                 const Resource& task);

}  // namespace infra::kubernetes
