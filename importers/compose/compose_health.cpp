#include <fmt/format.h>

#include "importers/compose/compose_command.h"
#include "importers/compose/compose_file.h"
#include "importers/defaults.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

constexpr auto* kImagesCheck = "a health check that the image has stays on";

std::string duration(Section& check, std::string_view key, ComposeContext& context) {
  const auto amount = amount_of(check, key, Amount::duration, "duration", context);
  return amount ? amount->expression : std::string();
}

std::string retries(Section& check, ComposeContext& context) {
  const auto amount = amount_of(check, "retries", Amount::integer, "number", context);
  if (!amount) return {};
  const auto value = parse_integer(amount->known);
  constexpr std::int64_t kMost = 100;
  if (amount->known.empty() || (value && *value >= 1 && *value <= kMost)) return amount->expression;
  check.note("retries", fmt::format("1 to {} are possible, not {}", kMost, amount->known));
  return value && *value > kMost ? fmt::format("{}", kMost) : std::string();
}

}  // namespace

void read_health(Section& service, ComposeService& out, ComposeContext& context) {
  const auto* value = service.take("healthcheck");
  if (value == nullptr) return;
  Section check(*value, service.below("healthcheck"), context.notes);
  const bool disabled = check.flag("disable");
  if (disabled) check.note("disable", kImagesCheck);
  ComposeHealth health;
  health.command = health_command(check, out, context);
  health.every = duration(check, "interval", context);
  health.timeout = duration(check, "timeout", context);
  for (auto* span : {&health.every, &health.timeout}) {
    if (*span == "0s") span->clear();  // to Docker that is as if it weren't there
  }
  if (health.timeout.empty()) health.timeout = written_default(compose_defaults(), "task.container.health.timeout");
  health.grace = duration(check, "start_period", context);
  health.retries = retries(check, context);
  check.finish();
  if (disabled) return;
  if (health.command.empty()) {
    if (value->is_object() && !value->contains("test"))
      service.note("healthcheck", "it changes how the image's own check runs, which stays as the image has it");
    return;
  }
  out.health = std::move(health);
}

}  // namespace infra::importing
