#include "facts/ecs_limits.h"

#include <array>

#include "base/text/units.h"

namespace infra::facts {
namespace {

constexpr std::int64_t kSecond = 1000;
constexpr std::array kLimits = {
    EcsLimit{"task.container.health.every", EcsWhere::aws, 5 * kSecond, 300 * kSecond},
    EcsLimit{"task.container.health.timeout", EcsWhere::aws, 2 * kSecond, 60 * kSecond},
    EcsLimit{"task.container.health.retries", EcsWhere::aws, 1, 10},
    EcsLimit{"task.container.health.grace", EcsWhere::aws, 0, 300 * kSecond},
    EcsLimit{"task.container.stop_timeout", EcsWhere::fargate, 2 * kSecond, 120 * kSecond},
    EcsLimit{"task.container.start_timeout", EcsWhere::fargate, 2 * kSecond, 120 * kSecond},
    EcsLimit{"task.container.memory", EcsWhere::aws, 6 * kMib, INT64_MAX},
    EcsLimit{"task.container.memory_reservation", EcsWhere::aws, 6 * kMib, INT64_MAX},
    EcsLimit{"task.container.cpu", EcsWhere::aws, 0, 262'144},
    EcsLimit{"task.cpu", EcsWhere::ec2, 128, 196'608},
    EcsLimit{"task.aws.ephemeral_storage", EcsWhere::fargate, 21 * kGib, 200 * kGib, false, kGib},
    EcsLimit{"service.route.drain", EcsWhere::aws, 0, 3600 * kSecond},
    EcsLimit{"service.route.slow_start", EcsWhere::aws, 30 * kSecond, 900 * kSecond, true},
    EcsLimit{"service.route.health.every", EcsWhere::aws, 5 * kSecond, 300 * kSecond},
    EcsLimit{"service.route.health.timeout", EcsWhere::aws, 2 * kSecond, 120 * kSecond},
};
constexpr std::array<std::int64_t, 6> kReservedPorts = {22, 2375, 2376, 51678, 51679, 51680};

}  // namespace

std::span<const EcsLimit> ecs_limits() { return kLimits; }
std::span<const std::int64_t> ecs_reserved_ports() { return kReservedPorts; }

}  // namespace infra::facts
