#include <fmt/format.h>

#include "compiler/checks.h"

namespace infra::checks {

// `a_b` and `a-b` are two names in a file and one on a platform.
void names(const CheckInput& input, Diagnostics& diagnostics) {
  std::map<std::tuple<std::string, std::string, std::string>, const Resource*> seen;
  for (const auto& resource : input.graph.resources) {
    const auto* own = resource.config["name"].string();
    const std::string name = own != nullptr ? *own : run_time_name(resource.address.path);
    const auto [at, fresh] = seen.try_emplace({resource.platform, resource.address.kind, name}, &resource);
    if (fresh) continue;
    const bool swapped = resource.span < at->second->span;
    const Resource& later = swapped ? *at->second : resource;
    const Resource& earlier = swapped ? resource : *at->second;
    diagnostics
        .error("E0311", later.place("name"),
               fmt::format("{} and {} are both called \"{}\" on the platform", earlier.address.text(),
                           later.address.text(), name),
               {}, "rename one, or give it a `name`")
        .secondary.push_back({earlier.span, "the other one"});
  }
}

}  // namespace infra::checks
