// In which subnets things stand.
#pragma once
#include <set>

#include "providers/aws/lower/aws_lower.h"

namespace infra::aws {

// A subnet, declared or somebody else's.
struct Spot {
  Value id;
  bool open = false;                 // public
  const Resource* subnet = nullptr;  // of this stack; else nullptr
};

struct Place {
  std::vector<Spot> spots;
  const Resource* vpc = nullptr;  // of this stack; nullptr: there are no subnets, or they are somebody else's
  Value vpc_id;
  Value cidrs;  // all addresses of the VPC; List
  [[nodiscard]] bool all_public() const;
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
// The group that lets in what is inside of the VPC: the VPC's own, or in somebody else's VPC one that is added to the
// parts of what stands there.
Value inside_group(const Lowering& lowering, const Place& place, Lowered& out);
// networkConfiguration of an awsvpc task. On instances it can't have a public address.
Map network_of(const Place& place, bool fargate, Value group);

// What starts there pulls images: not before its subnets have their way out.
void wait_for_routes(const Place& place, LoweredResource& part);

// The public subnets in which NAT gateways stand: none, the first, or the first of each zone (`vpc.aws.nat`). By
// default there is one as soon as something stands in a private subnet.
std::vector<const Resource*> nat_subnets(const Lowering& lowering, const Resource& vpc);
// The one of them whose NAT gateway a private subnet uses; nullptr: it has no way out.
const Resource* nat_of(const Lowering& lowering, const Resource& vpc, const Resource& subnet);

}  // namespace infra::aws
