#include <algorithm>

#include "providers/aws/lower/aws_place.h"
#include "providers/aws/lower/capacity.h"

namespace infra::aws {

namespace {

constexpr std::size_t kLongestName = 100;

Map role_for(const char* service, List policies) {
  return entries({{"service", service}, {"policies", std::move(policies)}});
}

// Machines and pods stand in the private ones of its subnets, if it has any.
Place place_inside(const Lowering& lowering, const Resource& eks) {
  auto all = place_of_eks(lowering, eks);
  if (all.all_public()) return all;
  std::erase_if(all.spots, [](const Spot& spot) { return spot.open; });
  return all;
}

const Map& blocks_of(const Resource& eks, const char* name) {
  static const Map none;
  const auto* all = eks.config[name].map();
  return all != nullptr ? *all : none;
}

void add_groups(const Lowering& lowering, const Place& place, Lowered& out) {
  const auto& eks = lowering.resource;
  const auto& groups = blocks_of(eks, "group");
  if (groups.empty()) return;
  out.resources.push_back(make_part(
      lowering, "machines", "role",
      role_for("ec2.amazonaws.com", List{"AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy",
                                         "AmazonEC2ContainerRegistryReadOnly", "AmazonSSMManagedInstanceCore"}),
      Order::create_first));
  for (const auto& [label, group] : groups) {
    const auto sizes = sizes_of(group["size"]);
    const auto instance = to_text(group["instance"]).value_or("");
    auto inputs = entries({{"cluster", part_of(eks, "cluster", "arn")},
                           {"role", part_of(eks, "machines", "arn")},
                           {"subnets", place.ids()},
                           {"instance", instance},
                           {"ami_type", is_arm(instance) ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD"},
                           {"min", sizes.least},
                           {"max", std::max<std::int64_t>(sizes.most, 1)}});
    if (!eks.config["version"].is_null()) inputs.set("version", eks.config["version"]);
    auto& part = out.resources.emplace_back(
        make_part(lowering, "group-" + label, "node_group", std::move(inputs), Order::create_first));
    wait_for_routes(place, part);
  }
}

void add_profiles(const Lowering& lowering, const Place& place, Lowered& out) {
  const auto& eks = lowering.resource;
  const auto& profiles = blocks_of(eks, "fargate");
  if (profiles.empty()) return;
  out.resources.push_back(make_part(
      lowering, "pods", "role",
      role_for("eks-fargate-pods.amazonaws.com", List{"AmazonEKSFargatePodExecutionRolePolicy"}), Order::create_first));
  for (const auto& [label, profile] : profiles) {
    auto inputs = entries({{"cluster", part_of(eks, "cluster", "arn")},
                           {"role", part_of(eks, "pods", "arn")},
                           {"subnets", place.ids()},
                           {"namespace", profile["namespace"]}});
    const auto* labels = profile["labels"].map();
    if (labels != nullptr && !labels->empty()) inputs.set("pod_labels", profile["labels"]);
    auto& part = out.resources.emplace_back(
        make_part(lowering, "fargate-" + label, "fargate_profile", std::move(inputs), Order::create_first));
    wait_for_routes(place, part);
  }
}

}  // namespace

Place place_of_eks(const Lowering& lowering, const Resource& eks) { return place_in(lowering, eks.config["subnets"]); }

Lowered lower_eks(const Lowering& lowering) {
  const auto& eks = lowering.resource;
  Lowered out;
  out.resources.push_back(make_part(
      lowering, "role", "role", role_for("eks.amazonaws.com", List{"AmazonEKSClusterPolicy"}), Order::create_first));
  auto inputs = entries({{"name", name_for(lowering, eks, kLongestName)},
                         {"role", part_of(eks, "role", "arn")},
                         {"subnets", place_of_eks(lowering, eks).ids()}});
  if (!eks.config["version"].is_null()) inputs.set("version", eks.config["version"]);
  out.resources.push_back(make_part(lowering, "cluster", "eks_cluster", std::move(inputs), Order::destroy_first));
  const auto inside = place_inside(lowering, eks);
  add_groups(lowering, inside, out);
  add_profiles(lowering, inside, out);
  const auto of = [&](const char* output) { return part_of(eks, "cluster", output); };
  const auto& config = lowering.context.platform.config;
  // What `kubernetes NAME { eks = … }` is reached by; see providers/eks_access.h.
  auto access = entries({{"name", name_for(lowering, eks, kLongestName)},
                         {"region", of("region")},
                         {"endpoint", of("endpoint")},
                         {"certificate", of("certificate")},
                         {"profile", config["profile"]},
                         {"api", config["endpoint"]}});
  out.outputs = entries({{"", std::move(access)}, {"endpoint", of("endpoint")}, {"kubeconfig", of("kubeconfig")}});
  return out;
}

}  // namespace infra::aws
