// The numbers that ECS and ELB take (botocore's service models, the ECS and ELB user guides).
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace infra::facts {

enum class EcsWhere { aws, fargate, ec2 };  // everywhere on AWS, or with one sort of capacity only

struct EcsLimit {
  std::string_view part;  // in the schema: "task.container.health.every"
  EcsWhere where;
  std::int64_t low, high;  // in the smallest unit of the part's type: bytes, milliseconds, CPU units
  bool zero = false;       // 0 is taken as well
  std::int64_t step = 1;   // only multiples are taken; of a time whole seconds
};
std::span<const EcsLimit> ecs_limits();

// Host ports that the agent, Docker and SSH have on every instance (ECS Developer Guide, "Port mappings").
std::span<const std::int64_t> ecs_reserved_ports();

}  // namespace infra::facts
