#include "providers/aws/lower/lower.h"

#include <algorithm>
#include <array>

namespace infra::aws {

namespace {

struct LoweringRow {
  std::string_view kind;
  Lowered (*lower)(const Lowering&);
};

constexpr std::array<LoweringRow, 9> kLowerings = {{
    {"cluster", lower_cluster},
    {"listener", lower_listener},
    {"load_balancer", lower_load_balancer},
    {"repository", lower_repository},
    {"secret", lower_secret},
    {"service", lower_service},
    {"subnet", lower_subnet},
    {"task", lower_task},
    {"vpc", lower_vpc},
}};

// Parts of the kinds above that are not built yet.
constexpr std::array<std::string_view, 5> kNotBuilt = {
    "cluster.ec2", "repository.registry", "service.place", "task.container.mounts", "task.volume",
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
