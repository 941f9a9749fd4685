#include <algorithm>
#include <array>

#include "providers/engine/lowering.h"

namespace infra::engine {

namespace {

struct Row {
  std::string_view kind;
  Lowered (*lower)(const Lowering&);
};

constexpr std::array<Row, 11> kRows = {{
    {"cluster", lower_cluster},
    {"image", lower_image},
    {"job", lower_job},
    {"listener", lower_listener},
    {"load_balancer", lower_load_balancer},
    {"registry", lower_registry},
    {"repository", lower_repository},
    {"service", lower_service},
    {"subnet", lower_subnet},
    {"task", lower_task},
    {"vpc", lower_vpc},
}};

const Row* row(std::string_view kind) {
  const auto* at = std::find_if(kRows.begin(), kRows.end(), [&](const Row& r) { return r.kind == kind; });
  return at != kRows.end() ? at : nullptr;
}

// Parts of the kinds above that are not built yet.
constexpr std::array<std::string_view, 4> kNotYet = {
    "repository.lifecycle",
    "service.scale",
    "task.container.mounts",
    "task.volume",
};

bool needs_a_node(std::string_view kind) {
  return kind != "task" && kind != "vpc" && kind != "cluster" && kind != "listener";
}

}  // namespace

bool serves(std::string_view kind) {
  const bool built = std::find(kNotYet.begin(), kNotYet.end(), kind) == kNotYet.end();
  return row(kind.substr(0, kind.find('.'))) != nullptr && built;
}

Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics& diagnostics) {
  const auto* found = row(resource.address.kind);
  if (found == nullptr) return {};  // the compiler has said that this platform doesn't serve it
  const Lowering lowering{.resource = resource, .context = context, .diagnostics = diagnostics};
  if (needs_a_node(found->kind) && nodes_of(context.platform).empty()) {
    // Once for the platform, not once for each resource on it: same code, same span.
    diagnostics.error("E0405", context.platform.span, fmt::format("platform `{}` has no node", context.platform.name),
                      "needs at least one `node`", "add: node a { }");
    return nothing(lowering, {"", "ref", "digest", "url", "urls", "address"});
  }
  return found->lower(lowering);
}

}  // namespace infra::engine
