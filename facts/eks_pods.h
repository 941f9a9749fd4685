// How many pods a machine of EKS takes. https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html
#pragma once
#include <cstdint>
#include <string_view>

namespace infra::facts {

// With the network plug-in as it comes each pod has an address of an interface of the machine's: interfaces times
// (addresses of each - 1) + 2, as in awslabs/amazon-eks-ami's eni-max-pods.txt. 0: not known.
std::int64_t usual_pods(std::string_view instance);
// With prefixes instead of single addresses; managed groups take no more. 0: not known.
std::int64_t most_pods(std::string_view instance);

// Of each machine those of the network plug-in and of kube-proxy, and CoreDNS twice for the cluster.
constexpr std::int64_t kSystemPodsOfMachine = 2;
constexpr std::int64_t kSystemPodsOfCluster = 2;

}  // namespace infra::facts
