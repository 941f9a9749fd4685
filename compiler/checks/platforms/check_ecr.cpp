#include <fmt/format.h>

#include <algorithm>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"

namespace infra::checks {
namespace {

constexpr std::int64_t kDay = std::int64_t{24} * 60 * 60 * 1000;
constexpr auto kMostStars = 4;

void check_age(const Resource& repository, const Part& part, Diagnostics& diagnostics) {
  const auto* age = part.value->get<Duration>();
  if (age == nullptr || (age->ms >= kDay && age->ms % kDay == 0)) return;
  const Duration nearest{std::max(kDay, age->ms / kDay * kDay)};
  auto& diagnostic = diagnostics.error(
      "E0416", part.span,
      fmt::format("`{}` of {} is {}, but ECR counts whole days", part.last(), named(repository), to_source(*age)),
      age->ms < kDay ? "less than a day" : "not a whole number of days",
      fmt::format("the nearest is {}", to_source(nearest)));
  diagnostic.fixes.push_back({part.span, to_source(nearest)});
}

void check_pattern(const Resource& repository, const Part& part, Diagnostics& diagnostics) {
  const auto* tags = part.value->string();
  const auto stars = tags != nullptr ? std::count(tags->begin(), tags->end(), '*') : 0;
  if (stars <= kMostStars) return;
  diagnostics.error(
      "E0416", part.span,
      fmt::format("a lifecycle rule of {} has {} `*` in its tags, more than ECR takes", named(repository), stars),
      fmt::format("at most {}", kMostStars), "make a shorter pattern, or two rules");
}

}  // namespace

// What PutLifecyclePolicy takes.
void ecr(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& resource : input.graph.resources) {
    const auto* platform = input.graph.platform(resource.platform);
    if (resource.address.kind != "repository" || platform == nullptr || platform->kind != "aws") continue;
    for (const auto& part : input.parts(resource)) {
      const bool age =
          part.name == "repository.lifecycle.rule.older_than" || part.name == "repository.lifecycle.expire_untagged";
      if (age) check_age(resource, part, diagnostics);
      if (part.name == "repository.lifecycle.rule.tags") check_pattern(resource, part, diagnostics);
    }
  }
}

}  // namespace infra::checks
