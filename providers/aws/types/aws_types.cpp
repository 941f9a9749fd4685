#include <algorithm>

#include "providers/aws/types/aws_rows.h"

namespace infra::aws {

const std::vector<const Type*>& all_types() {
  static const std::vector<const Type*> all = {
      &auto_scaling_group_type(),
      &capacity_provider_type(),
      &certificate_type(),
      &cluster_capacity_type(),
      &ecs_cluster_type(),
      &ecs_service_type(),
      &eks_cluster_type(),
      &elastic_ip_type(),
      &fargate_profile_type(),
      &image_type(),
      &instance_profile_type(),
      &internet_gateway_type(),
      &launch_template_type(),
      &listener_rule_type(),
      &listener_type(),
      &load_balancer_type(),
      &log_group_type(),
      &nat_gateway_type(),
      &node_group_type(),
      &repository_type(),
      &role_type(),
      &route_table_type(),
      &run_task_type(),
      &scalable_target_type(),
      &schedule_type(),
      &secret_type(),
      &security_group_type(),
      &subnet_type(),
      &target_group_type(),
      &task_definition_type(),
      &vpc_type(),
  };
  return all;
}

const Type* find_type(std::string_view name) {
  const auto& all = all_types();
  const auto at = std::find_if(all.begin(), all.end(), [&](const Type* type) { return type->schema.name == name; });
  return at != all.end() ? *at : nullptr;
}

const std::vector<Schema>& type_schemas() {
  static const std::vector<Schema> schemas = [] {
    std::vector<Schema> out;
    for (const auto* type : all_types()) out.push_back(type->schema);
    std::sort(out.begin(), out.end(), [](const Schema& a, const Schema& b) { return a.name < b.name; });
    return out;
  }();
  return schemas;
}

}  // namespace infra::aws
