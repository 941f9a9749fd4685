#include "providers/aws/lower/lower.h"

#include <array>

#include "providers/engine/lowering_table.h"

namespace infra::aws {

namespace {

// Its stacks are checked like all others.
Lowered refuse_eks(const Lowering& lowering) {
  lowering.diagnostics.error("E0310", lowering.resource.span, "an EKS cluster isn't built on the platform aws yet", "",
                             "run the services on ECS: cluster NAME { fargate { } }");
  return engine::nothing(lowering, {"", "endpoint"});
}

constexpr std::array<engine::LoweringRow, 13> kLowerings = {{
    {"cluster", lower_cluster},
    {"eks", refuse_eks},
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
