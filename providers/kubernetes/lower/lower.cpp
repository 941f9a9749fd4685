#include "providers/kubernetes/lower/lower.h"

#include <algorithm>
#include <array>

namespace infra::kubernetes {

namespace {

struct LoweringRow {
  std::string_view kind;
  Lowered (*lower)(const Lowering& lowering);
};
// Sorted by kind.
constexpr std::array<LoweringRow, 12> kLowerings = {{
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

const LoweringRow* lowering_of(std::string_view kind) {
  const auto* at =
      std::find_if(kLowerings.begin(), kLowerings.end(), [&](const LoweringRow& row) { return row.kind == kind; });
  return at != kLowerings.end() ? at : nullptr;
}

}  // namespace

bool serves(std::string_view kind) {
  return lowering_of(kind.substr(0, kind.find('.'))) != nullptr &&
         std::find(kElsewhere.begin(), kElsewhere.end(), kind) == kElsewhere.end();
}

Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics& diagnostics) {
  const auto* row = lowering_of(resource.address.kind);
  if (row == nullptr) return {};  // the compiler has said that this platform doesn't serve it
  return row->lower({.resource = resource, .context = context, .diagnostics = diagnostics});
}

}  // namespace infra::kubernetes
