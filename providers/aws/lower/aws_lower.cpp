#include "providers/aws/lower/aws_lower.h"

#include <array>

#include "providers/engine/lowering_table.h"

namespace infra::aws {

namespace {

constexpr std::array<engine::LoweringRow, 13> kLowerings = {{
    {"cluster", lower_cluster},
    {"eks", lower_eks},
    {"image", lower_image},
    {"job", lower_job},
    {"listener", lower_listener},
    {"load_balancer", lower_load_balancer},
    {"registry", lower_registry},
    {"repository", lower_repository},
    {"secret", lower_secret},
    {"service", lower_service},
    {"subnet", lower_subnet},
    {"task", lower_task},
    {"vpc", lower_vpc},
}};

// A registry is ECR: of another one nothing is told.
constexpr std::array<std::string_view, 8> kNotBuilt = {
    "job.after",         "registry.endpoint", "registry.image", "registry.insecure",
    "registry.password", "registry.port",     "registry.realm", "registry.username",
};

constexpr engine::LoweringTable kTable{.rows = kLowerings, .not_built = kNotBuilt};

}  // namespace

bool serves(std::string_view kind) { return kTable.serves(kind); }

Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics& diagnostics) {
  return kTable.lower({.resource = resource, .context = context, .diagnostics = diagnostics});
}

}  // namespace infra::aws
