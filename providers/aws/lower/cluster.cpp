#include <fmt/format.h>

#include "providers/aws/lower/capacity.h"
#include "providers/aws/lower/place.h"

namespace infra::aws {

namespace {

std::string image_parameter(std::string_view instance) {
  return fmt::format("/aws/service/ecs/optimized-ami/amazon-linux-2023{}/recommended/image_id",
                     is_arm(instance) ? "/arm64" : "");
}

// What the agent on an instance needs of ECS, and Systems Manager of its agent.
Map role_of_instances() {
  return entries(
      {{"service", "ec2.amazonaws.com"},
       {"policies", List{"service-role/AmazonEC2ContainerServiceforEC2Role", "AmazonSSMManagedInstanceCore"}}});
}

void add_instances(const Lowering& lowering, Lowered& out) {
  const auto& cluster = lowering.resource;
  const auto place = place_of_instances(lowering, cluster);
  const auto sizes = sizes_of(cluster.config["ec2"]["size"]);
  const bool managed = sizes.least != sizes.most;
  const auto instance = to_text(cluster.config["ec2"]["instance"]).value_or("");
  const auto add = [&](const char* part, const char* type, Map inputs) -> LoweredResource& {
    return out.resources.emplace_back(make_part(lowering, part, type, std::move(inputs), Order::create_first));
  };
  add("instances", "role", role_of_instances());
  add("profile", "instance_profile", entries({{"role", part_of(cluster, "instances", "name")}}));
  add("template", "launch_template",
      entries({{"instance", instance},
               {"image_parameter", image_parameter(instance)},
               {"profile", part_of(cluster, "profile", "arn")},
               {"groups", List{part_of(*place.vpc, "inside", "id")}},
               {"cluster", name_for(lowering, cluster, 255)}}));
  auto& group = add("group", "auto_scaling_group",
                    entries({{"template", part_of(cluster, "template", "id")},
                             {"subnets", place.ids()},
                             {"min", sizes.least},
                             {"max", sizes.most}}));
  if (managed) {
    auto inputs = *group.inputs.map();
    inputs.set("managed", true);
    group.inputs = std::move(inputs);
  }
  wait_for_routes(place, group);
  // An instance that starts before its cluster is there makes one of its own.
  group.depends_on.push_back(cluster.address.with_part("cluster"));
  auto provider =
      entries({{"group", part_of(cluster, "group", "arn")}, {"cluster", part_of(cluster, "cluster", "arn")}});
  if (managed) provider.set("managed", true);
  add("provider", "capacity_provider", std::move(provider));
}

}  // namespace

Sizes sizes_of(const Value& size) {
  if (const auto* range = size.get<Range>()) return {.least = range->low, .most = range->high};
  const auto number = size.integer() != nullptr ? *size.integer() : 1;
  return {.least = number, .most = number};
}

bool is_arm(std::string_view instance) {
  const auto digit = instance.find_first_of("0123456789");
  const auto dot = instance.find('.');
  if (digit == std::string_view::npos || dot == std::string_view::npos || digit > dot) return false;
  return instance.substr(digit, dot - digit).find('g') != std::string_view::npos;
}

Value provider_name(const Resource& cluster) {
  if (!is_fargate(cluster)) return part_of(cluster, "provider", "name");
  return cluster.config["fargate"]["spot"] == Value(true) ? "FARGATE_SPOT" : "FARGATE";
}

List strategy_of(const Resource& cluster) {
  return {entries({{"capacityProvider", provider_name(cluster)}, {"weight", 1}})};
}

Lowered lower_cluster(const Lowering& lowering) {
  const auto& cluster = lowering.resource;
  if (!is_fargate(cluster) && place_of_instances(lowering, cluster).vpc == nullptr) {
    lowering.diagnostics.error("E0403", cluster.place("ec2"),
                               fmt::format("cluster `{}` has no subnets for its instances", cluster.address.path), "",
                               "give it a `vpc` with subnets");
    return engine::nothing(lowering, {""});
  }
  Lowered out;
  out.resources.push_back(make_part(lowering, "cluster", "ecs_cluster",
                                    entries({{"name", name_for(lowering, cluster, 255)}}), Order::destroy_first));
  if (!is_fargate(cluster)) add_instances(lowering, out);
  // Both of Fargate's, so that a service can change from one to the other.
  auto providers = is_fargate(cluster) ? List{"FARGATE", "FARGATE_SPOT"} : List{provider_name(cluster)};
  auto capacity = entries({{"cluster", part_of(cluster, "cluster", "arn")},
                           {"providers", std::move(providers)},
                           {"strategy", strategy_of(cluster)}});
  out.resources.push_back(lowering.part("capacity", "cluster_capacity", std::move(capacity)));
  out.resources.back().options.replace = Replace::destroy_first;
  out.outputs = entries({{"", part_of(cluster, "cluster", "arn")}});
  return out;
}

}  // namespace infra::aws
