#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text/units.h"
#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"

namespace infra::checks {
namespace {

// Nothing of these would mean something else: an engine takes 0 bytes for no limit, and a check that is never due or
// may take no time says nothing.
constexpr std::array<std::string_view, 11> kSome = {
    "task.memory",
    "task.container.memory",
    "task.container.memory_reservation",
    "task.container.health.every",
    "task.container.health.timeout",
    "service.route.health.every",
    "service.route.health.timeout",
    "service.deploy.deadline",
    "service.scale.target_cpu",
    "service.scale.target_memory",
    "job.timeout",
};

// The sign is what counts: -1, 0 or 1 for the least that the value stands for.
std::optional<int> sign_of(const Value& value) {
  const auto sign = [](auto amount) { return amount < 0 ? -1 : amount > 0 ? 1 : 0; };
  if (const auto* bytes = value.get<Bytes>()) return sign(bytes->count);
  if (const auto* cpu = value.get<Cpu>()) return sign(cpu->ticks);
  if (const auto* duration = value.get<Duration>()) return sign(duration->ms);
  if (const auto* percent = value.get<Percent>()) return sign(percent->value);
  if (const auto* range = value.get<Range>()) return sign(range->low);
  return std::nullopt;
}

void check_amount(const Resource& resource, const Part& part, Diagnostics& diagnostics) {
  const auto sign = part.attribute != nullptr ? sign_of(*part.value) : std::nullopt;
  const bool some = must_be_some(part.name);
  if (!sign || *sign > 0 || (*sign == 0 && !some)) return;
  diagnostics.error(
      "E0210", part.span,
      fmt::format("`{}` of {} can't be {}", part.last(), owner_of(resource, part), to_source(*part.value)),
      *sign < 0 ? "less than nothing" : "must be more than nothing",
      fmt::format("{}{}", *sign < 0 && !some ? "write 0 or more" : "write more than 0",
                  part.attribute->required   ? ""
                  : part.attribute->fallback ? ", or leave it out for its default"
                                             : ", or leave it out"));
}

}  // namespace

bool must_be_some(std::string_view name) { return std::find(kSome.begin(), kSome.end(), name) != kSome.end(); }

void amounts(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& resource : input.graph.resources) {
    for (const auto& part : input.parts(resource)) check_amount(resource, part, diagnostics);
  }
}

}  // namespace infra::checks
