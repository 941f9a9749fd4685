#include "providers/kubernetes/lower/kube_lower.h"

#include <array>

#include "providers/engine/lowering_table.h"

namespace infra::kubernetes {

namespace {

// Sorted by kind.
constexpr std::array<engine::LoweringRow, 12> kLowerings = {{
    {"cluster", lower_cluster},
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

// A registry is one that exists, and its images are deleted by whoever runs it.
constexpr std::array<std::string_view, 4> kElsewhere = {"job.after", "registry.image", "registry.port",
                                                        "repository.lifecycle"};

constexpr engine::LoweringTable kTable{.rows = kLowerings, .not_built = kElsewhere};

}  // namespace

bool serves(std::string_view kind) { return kTable.serves(kind); }

Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics& diagnostics) {
  return kTable.lower({.resource = resource, .context = context, .diagnostics = diagnostics});
}

}  // namespace infra::kubernetes
