// The rows of aws_types.cpp, one in each file here.
#pragma once
#include "providers/aws/aws_type.h"

namespace infra::aws {

const Type& auto_scaling_group_type();
const Type& capacity_provider_type();
const Type& certificate_type();
const Type& cluster_capacity_type();
const Type& ecs_cluster_type();
const Type& ecs_service_type();
const Type& eks_cluster_type();
const Type& elastic_ip_type();
const Type& fargate_profile_type();
const Type& image_type();
const Type& instance_profile_type();
const Type& internet_gateway_type();
const Type& launch_template_type();
const Type& listener_rule_type();
const Type& listener_type();
const Type& load_balancer_type();
const Type& log_group_type();
const Type& nat_gateway_type();
const Type& node_group_type();
const Type& repository_type();
const Type& role_type();
const Type& route_table_type();
const Type& run_task_type();
const Type& scalable_target_type();
const Type& schedule_type();
const Type& secret_type();
const Type& security_group_type();
const Type& subnet_type();
const Type& target_group_type();
const Type& task_definition_type();
const Type& vpc_type();

}  // namespace infra::aws
