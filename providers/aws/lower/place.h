// In which subnets things stand.
#pragma once
#include <set>

#include "providers/aws/lower/lower.h"

namespace infra::aws {

struct Place {
  std::vector<const Resource*> subnets;
  const Resource* vpc = nullptr;  // nullptr: there are no subnets
  bool all_public = true;
  [[nodiscard]] List ids() const;
};

// Of the tasks of a service or job: those that it states, else the private ones of its cluster's vpc, else all of it.
Place place_of(const Lowering& lowering, const Resource& runner, const Resource& cluster);
// A list of subnets.
Place place_in(const Lowering& lowering, const Value& subnets);
// Of an EKS cluster.
Place place_of_eks(const Lowering& lowering, const Resource& eks);
// Of a cluster's instances.
Place place_of_instances(const Lowering& lowering, const Resource& cluster);
// networkConfiguration of an awsvpc task. On instances it can't have a public address.
Map network_of(const Place& place, bool fargate);

// What starts there pulls images: not before its subnets have their way out.
void wait_for_routes(const Place& place, LoweredResource& part);

// The public subnets in which NAT gateways stand: none, the first, or the first of each zone (`vpc.aws.nat`). By
// default there is one as soon as something stands in a private subnet.
std::vector<const Resource*> nat_subnets(const Lowering& lowering, const Resource& vpc);
// The one of them whose NAT gateway a private subnet uses; nullptr: it has no way out.
const Resource* nat_of(const Lowering& lowering, const Resource& vpc, const Resource& subnet);

}  // namespace infra::aws
