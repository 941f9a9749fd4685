#include "compiler/checks/check_input.h"

namespace infra::checks {

CheckInput::CheckInput(const Graph& read, const Unit& source, const PlatformTable& known)
    : graph(read), stack(source), platforms(known), uses(uses_of(read)) {
  for (const auto& resource : graph.resources) parts_.emplace(&resource, written_parts(resource));
}

const std::vector<Part>& CheckInput::parts(const Resource& resource) const {
  static const std::vector<Part> kNone;
  const auto found = parts_.find(&resource);
  return found != parts_.end() ? found->second : kNone;
}

}  // namespace infra::checks
