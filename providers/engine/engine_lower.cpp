#include <array>

#include "providers/engine/lowering_table.h"

namespace infra::engine {

namespace {

constexpr std::array<LoweringRow, 12> kRows = {{
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

constexpr LoweringTable kTable{.rows = kRows, .not_built = {}};

bool needs_a_node(std::string_view kind) {
  return kind != "task" && kind != "vpc" && kind != "cluster" && kind != "listener" && kind != "secret";
}

}  // namespace

bool serves(std::string_view kind) { return kTable.serves(kind); }

Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics& diagnostics) {
  const auto* row = kTable.find(resource.address.kind);
  const Lowering lowering{.resource = resource, .context = context, .diagnostics = diagnostics};
  if (row != nullptr && needs_a_node(row->kind) && nodes_of(context.platform).empty()) {
    // Once for the platform, not once for each resource on it: same code, same span.
    diagnostics.error("E0405", context.platform.span, fmt::format("platform `{}` has no node", context.platform.name),
                      "needs at least one `node`", "add: node a { }");
    return nothing(lowering, {"", "ref", "digest", "url", "urls", "address"});
  }
  return kTable.lower(lowering);
}

}  // namespace infra::engine
