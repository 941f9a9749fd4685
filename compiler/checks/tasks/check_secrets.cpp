#include <fmt/format.h>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/kinds.h"

namespace infra::checks {
namespace {

bool takes_secrets(const Type& type) {
  if (type.secret) return true;
  for (const auto& alternative : type.alternatives()) {
    if (takes_secrets(alternative)) return true;
  }
  const bool holds = type.kind() == TypeKind::map || type.kind() == TypeKind::list;
  return holds && takes_secrets(type.element());
}

void report(const Resource& resource, const std::string& name, Span place, Diagnostics& diagnostics) {
  diagnostics.error("E0413", place, fmt::format("`{}` of {} would show a secret", name, named(resource)),
                    "this is secret", "a container takes secrets in a `file`, or in `secrets = { … }`");
}

}  // namespace

// What the types let through: the platform would show it to everybody who may ask.
void secrets(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& resource : input.graph.resources) {
    if (!resource.config.has_secret()) continue;
    for (const auto& part : input.parts(resource)) {
      if (part.attribute == nullptr || takes_secrets(part.attribute->type) || !part.value->has_secret()) continue;
      report(resource, part.attribute->name, part.span, diagnostics);
    }
    for (const auto* option : {"name", "labels"}) {
      if (resource.config[option].has_secret()) report(resource, option, resource.span, diagnostics);
    }
  }
}

}  // namespace infra::checks
