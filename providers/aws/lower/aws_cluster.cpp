#include <fmt/format.h>

#include "providers/aws/lower/aws_place.h"
#include "providers/aws/lower/capacity.h"

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
  auto inside = inside_group(lowering, place, out);
  add("instances", "role", role_of_instances());
  add("profile", "instance_profile", entries({{"role", part_of(cluster, "instances", "name")}}));
  add("template", "launch_template",
      entries({{"instance", instance},
               {"image_parameter", image_parameter(instance)},
               {"profile", part_of(cluster, "profile", "arn")},
               {"groups", List{std::move(inside)}},
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

bool is_fargate(const Lowering& lowering, const Resource& cluster) {
  if (!cluster.existing) return cluster.config["ec2"].is_null();
  const auto launch = read_of(lowering, cluster, "launch_type");
  if (launch.string() != nullptr) return *launch.string() == "FARGATE";
  const auto strategy = read_of(lowering, cluster, "strategy");
  if (strategy.list() == nullptr || strategy.list()->empty()) return true;
  return to_text(strategy.list()->front()["capacityProvider"]).value_or("").starts_with("FARGATE");
}

Value provider_name(const Lowering& lowering, const Resource& cluster) {
  if (!is_fargate(lowering, cluster)) return part_of(cluster, "provider", "name");
  return cluster.config["fargate"]["spot"] == Value(true) ? "FARGATE_SPOT" : "FARGATE";
}

Value strategy_of(const Lowering& lowering, const Resource& cluster) {
  if (cluster.existing) return read_of(lowering, cluster, "strategy");
  return List{entries({{"capacityProvider", provider_name(lowering, cluster)}, {"weight", 1}})};
}

void set_capacity(const Lowering& lowering, const Resource& cluster, Map& inputs) {
  const auto strategy = strategy_of(lowering, cluster);
  if (strategy.is_null()) {
    inputs.set("launch_type", read_of(lowering, cluster, "launch_type"));
  } else {
    inputs.set("strategy", strategy);
  }
}

Value arn_of_cluster(const Lowering& lowering, const Resource& cluster) {
  return cluster.existing ? read_of(lowering, cluster, "id") : part_of(cluster, "capacity", "cluster_arn");
}

Lowered lower_cluster(const Lowering& lowering) {
  const auto& cluster = lowering.resource;
  const bool fargate = is_fargate(lowering, cluster);
  if (!fargate && place_of_instances(lowering, cluster).spots.empty()) {
    lowering.diagnostics.error("E0403", cluster.place("ec2"),
                               fmt::format("cluster `{}` has no subnets for its instances", cluster.address.path), "",
                               "give it a `vpc` with subnets");
    return engine::nothing(lowering, {""});
  }
  Lowered out;
  out.resources.push_back(make_part(lowering, "cluster", "ecs_cluster",
                                    entries({{"name", name_for(lowering, cluster, 255)}}), Order::destroy_first));
  if (!fargate) add_instances(lowering, out);
  // Both of Fargate's, so that a service can change from one to the other.
  auto providers = fargate ? List{"FARGATE", "FARGATE_SPOT"} : List{provider_name(lowering, cluster)};
  auto capacity = entries({{"cluster", part_of(cluster, "cluster", "arn")},
                           {"providers", std::move(providers)},
                           {"strategy", strategy_of(lowering, cluster)}});
  out.resources.push_back(lowering.part("capacity", "cluster_capacity", std::move(capacity)));
  out.resources.back().options.replace = Replace::destroy_first;
  out.outputs = entries({{"", part_of(cluster, "cluster", "arn")}});
  return out;
}

}  // namespace infra::aws
