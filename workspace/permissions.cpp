#include "workspace/permissions.h"

#include <fmt/format.h>

#include "planner/planner.h"
#include "workspace/check_stack.h"
#include "workspace/open_session.h"

namespace infra {

Result<std::vector<Permissions>> least_permissions(const StackOptions& options, const std::string& kind) {
  const auto tree = open_tree(options);
  if (!tree) return tree.error();
  const auto checked = check_stack(options);
  if (!checked) return checked.error();
  const auto& compiled = checked->compiled;
  if (!compiled.graph || compiled.diagnostics.has_errors()) {
    return Error{.code = "E0902",
                 .message = fmt::format("{} has mistakes, so nothing is known of what it needs", options.folder),
                 .help = fmt::format("infra validate {}", options.folder)};
  }
  const auto platforms = all_platforms();
  Diagnostics ignored;  // check_stack has said them
  const auto lowered = lower(*compiled.graph, platforms, **tree, ignored);
  std::vector<Permissions> out;
  for (const auto& platform : compiled.graph->platforms) {
    const auto* found = platform.kind == kind ? platforms.find(kind) : nullptr;
    if (found == nullptr) continue;
    std::vector<const LoweredResource*> resources;
    for (const auto& resource : lowered.resources) {
      if (resource.platform == platform.name) resources.push_back(&resource);
    }
    out.push_back({platform.name, found->permissions(compiled.graph->stack, platform, resources)});
  }
  if (!out.empty()) return out;
  return Error{.code = "E0902", .message = fmt::format("{} has no platform of the kind `{}`", options.folder, kind)};
}

}  // namespace infra
