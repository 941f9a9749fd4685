#include <fmt/format.h>

#include <algorithm>

#include "base/text/units.h"
#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_rolling.h"
#include "facts/rollout.h"

namespace infra::checks {

Limits limits_of(const Use& use) {
  Limits out;
  if (is_daemon(use)) out = {.min = 0, .max = 100};
  const auto read = [&](const char* name, double& into) {
    const auto& value = use.config("deploy")[name];
    if (!use.owner->written(fmt::format("deploy.{}", name))) return;
    if (const auto* percent = value.get<Percent>()) {
      into = percent->value;
    } else {
      out.known = false;
    }
  };
  if (use.owner == nullptr) return out;
  read("min", out.min);
  read("max", out.max);
  return out;
}

std::int64_t floor_of(const Limits& limits, std::int64_t copies) { return facts::floor_of({limits.min}, copies); }
std::int64_t cap_of(const Limits& limits, std::int64_t copies) { return facts::ceiling_of({limits.max}, copies); }

bool may_stop(const Use& use, std::int64_t copies) {
  const auto limits = limits_of(use);
  return !limits.known || floor_of(limits, copies) < copies;
}

namespace {

bool stuck(const Use& use, const Limits& limits, std::int64_t copies) {
  // Kubernetes rounds the other way: it is stuck only where the limits themselves leave nothing.
  if (use.launch == Launch::kubernetes || is_daemon(use)) return limits.min >= 100 && limits.max <= 100;
  return copies > 0 && floor_of(limits, copies) >= copies && cap_of(limits, copies) <= copies;
}

struct Fix {
  std::string help;
  std::vector<Edit> edits;
};

// The limit that stands in the file is changed; of two the upper one, which costs no copy.
Fix fix(const Use& use, std::int64_t copies) {
  const auto max = use.owner->written("deploy.max");
  const auto min = use.owner->written("deploy.min");
  if (is_daemon(use)) {
    Fix out{.help = "a daemon's copy stops before the next starts: min = 0%"};
    if (min) out.edits.push_back({*min, "0%"});
    return out;
  }
  const auto up = (copies * 100 + 100 + copies - 1) / copies;
  const auto down = (copies - 1) * 100 / copies;
  Fix out{.help = fmt::format("let one more start (max = {}%), or one stop first (min = {}%)", up, down)};
  if (max) {
    out.edits.push_back({*max, fmt::format("{}%", up)});
  } else if (min) {
    out.edits.push_back({*min, fmt::format("{}%", down)});
  }
  return out;
}

void report(const Use& use, const Limits& limits, std::int64_t copies, Severity severity, Diagnostics& diagnostics) {
  const auto max = use.owner->written("deploy.max");
  const auto min = use.owner->written("deploy.min");
  const Span place = max ? *max : min ? *min : use.owner->span;
  const auto counted =
      is_daemon(use) ? std::string("each copy") : fmt::format("{} of {}", floor_of(limits, copies), copies);
  Diagnostic out{
      .severity = severity,
      .code = "E0411",
      .message = fmt::format(
          "service `{}` could never change{}: no copy may stop and none may start", use.owner->address.path,
          severity == Severity::warning ? fmt::format(" at {} {}", copies, copies == 1 ? "copy" : "copies") : ""),
      .primary = {place, max ? is_daemon(use) ? "no second copy may run beside the first"
                                              : fmt::format("at most {} may run", cap_of(limits, copies))
                             : fmt::format("{} must stay", counted)}};
  if (max && min) out.secondary.push_back({*min, fmt::format("{} must stay", counted)});
  if (const auto desired = use.owner->written(use.config("scale").map() != nullptr ? "scale.range" : "desired")) {
    out.secondary.push_back({*desired, fmt::format("{} {}", copies, copies == 1 ? "copy" : "copies")});
  }
  auto [help, edits] = fix(use, copies);
  out.help = std::move(help);
  out.fixes = std::move(edits);
  diagnostics.add(std::move(out));
}

// Below 100 % the last copies never start, whatever stops. Kubernetes only reads how much `max` is above it.
bool starved(const Use& use, const Limits& limits, Diagnostics& diagnostics) {
  const auto copies = copies_of(use);
  const bool some = is_daemon(use) || (copies && copies->most > 0);
  if (use.launch == Launch::kubernetes || limits.max >= 100 || !some) return false;
  const auto place = use.owner->place("deploy.max");
  const auto most = copies ? copies->most : 0;
  const bool may_stop = copies ? floor_of(limits, most) < most : limits.min < 100;
  auto& diagnostic =
      diagnostics.error("E0411", place,
                        copies ? fmt::format("service `{}` could never run its {} {}", use.owner->address.path, most,
                                             most == 1 ? "copy" : "copies")
                               : fmt::format("service `{}` could never run on all its nodes", use.owner->address.path),
                        copies ? fmt::format("at most {} may run", cap_of(limits, most))
                               : fmt::format("{} of its copies may run", format_percent({limits.max})),
                        fmt::format("`max` is 100% or more: it says how many run while versions change{}",
                                    may_stop ? "" : "; here 200%, since none may stop first"));
  if (copies) diagnostic.secondary.push_back({copies->place, fmt::format("{} wanted", most)});
  diagnostic.fixes.push_back({place, may_stop ? "100%" : "200%"});
  return true;
}

// Then some of the old copies could never go, however many new ones there are.
bool keeps_too_many(const Use& use, const Limits& limits, Diagnostics& diagnostics) {
  if (limits.min <= 100) return false;
  const auto place = use.owner->place("deploy.min");
  diagnostics
      .error("E0411", place,
             fmt::format("service `{}` must keep more copies than it wants, so old ones never go",
                         use.owner->address.path),
             fmt::format("{} must stay", format_percent({limits.min})), "`min` is 100% at most")
      .fixes.push_back({place, "100%"});
  return true;
}

// Then not even a single copy could be healthy in time. A container with a check needn't settle.
void check_deadline(const Use& use, Diagnostics& diagnostics) {
  const auto& deploy = use.config("deploy");
  const auto* deadline = deploy["deadline"].get<Duration>();
  const auto* settle = deploy["settle"].get<Duration>();
  const auto& containers = use.containers();
  const bool settles =
      std::any_of(containers.begin(), containers.end(), [](const auto& one) { return one.second["health"].is_null(); });
  if (deadline == nullptr || settle == nullptr || !settles || deadline->ms <= 0 || deadline->ms > settle->ms) return;
  diagnostics
      .error("E0411", use.owner->place("deploy.deadline"),
             fmt::format("service `{}` could never be complete within {}", use.owner->address.path,
                         format_duration(*deadline)),
             "the deadline",
             fmt::format("a copy has to run for {} before it counts: make `deadline` longer", format_duration(*settle)))
      .secondary.push_back({use.owner->place("deploy.settle"), "it settles so long"});
}

void check(const Use& use, Diagnostics& diagnostics) {
  const auto limits = limits_of(use);
  if (!limits.known || keeps_too_many(use, limits, diagnostics)) return;
  if (limits.min > limits.max) {
    const auto place = use.owner->written("deploy.min").value_or(use.owner->place("deploy.max"));
    diagnostics
        .error("E0411", place,
               fmt::format("service `{}` must keep more copies than it may run", use.owner->address.path),
               fmt::format("{} must stay", format_percent({limits.min})), "make `min` at most `max`")
        .secondary.push_back({use.owner->place("deploy.max"), fmt::format("{} may run", format_percent({limits.max}))});
    return;
  }
  if (starved(use, limits, diagnostics)) return;
  if (is_daemon(use)) {
    if (stuck(use, limits, 1)) report(use, limits, 1, Severity::error, diagnostics);
    return;
  }
  const auto copies = copies_of(use);
  if (!copies) return;
  if (stuck(use, limits, copies->most)) {
    report(use, limits, copies->most, Severity::error, diagnostics);
  } else if (stuck(use, limits, copies->least)) {
    report(use, limits, copies->least, Severity::warning, diagnostics);
  }
}

}  // namespace

void rollouts(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& use : input.uses) {
    if (!use.is_service()) continue;
    check_deadline(use, diagnostics);
    check(use, diagnostics);
  }
}

}  // namespace infra::checks
