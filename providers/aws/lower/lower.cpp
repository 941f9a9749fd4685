#include "providers/aws/lower/lower.h"

#include <algorithm>
#include <array>

namespace infra::aws {

namespace {

struct LoweringRow {
  std::string_view kind;
  Lowered (*lower)(const Lowering&);
};

// Its stacks are checked like all others.
Lowered refuse_eks(const Lowering& lowering) {
  lowering.diagnostics.error("E0310", lowering.resource.span, "an EKS cluster isn't built on the platform aws yet", "",
                             "run the services on ECS: cluster NAME { fargate { } }");
  return engine::nothing(lowering, {"", "endpoint"});
}

constexpr std::array<LoweringRow, 13> kLowerings = {{
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

const LoweringRow* lowering_of(std::string_view kind) {
  const auto* at =
      std::find_if(kLowerings.begin(), kLowerings.end(), [&](const LoweringRow& row) { return row.kind == kind; });
  return at != kLowerings.end() ? at : nullptr;
}

}  // namespace

bool serves(std::string_view kind) {
  return lowering_of(kind.substr(0, kind.find('.'))) != nullptr &&
         std::find(kNotBuilt.begin(), kNotBuilt.end(), kind) == kNotBuilt.end();
}

Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics& diagnostics) {
  const auto* row = lowering_of(resource.address.kind);
  if (row == nullptr) return {};  // the compiler has said that this platform doesn't serve it
  return row->lower({.resource = resource, .context = context, .diagnostics = diagnostics});
}

}  // namespace infra::aws
