#include "planner/rollout/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text/units.h"

namespace infra {
namespace {

constexpr double kTolerance = 0.1;

struct Metric {
  const char* name;  // with its verb
  const char* unit;
  std::optional<double> target, load;
};

std::optional<double> percent_of(const Value& value) {
  const auto* percent = value.get<Percent>();
  return percent != nullptr ? std::optional(percent->value) : std::nullopt;
}

int copies_for(const Metric& metric, int running) {
  return static_cast<int>(std::min(1e6, std::ceil(running * *metric.load / *metric.target - 1e-9)));
}

bool is_near(const Metric& metric) { return std::abs(*metric.load / *metric.target - 1) <= kTolerance; }

std::string sentence(const Metric& metric) {
  return fmt::format("{} at {:.0f}{} with a target of {:.0f}{}", metric.name, *metric.load, metric.unit, *metric.target,
                     metric.unit);
}

}  // namespace

std::optional<ScaleRule> scale_rule_of(const Value& scale) {
  const auto* range = scale["range"].get<Range>();
  if (range == nullptr) return std::nullopt;
  ScaleRule out{.least = static_cast<int>(range->low), .most = static_cast<int>(range->high)};
  out.cpu = percent_of(scale["target_cpu"]);
  out.memory = percent_of(scale["target_memory"]);
  if (const auto* requests = scale["target_requests"].integer()) out.requests = static_cast<double>(*requests);
  if (const auto* cooldown = scale["cooldown"].get<Duration>()) {
    out.cooldown = std::chrono::milliseconds(cooldown->ms);
  }
  return out;
}

std::optional<ScaleDecision> decide_scale(const ScaleRule& rule, const ScaleLoad& load, int running, int now_wanted,
                                          std::optional<Moment> last_change, Moment now) {
  const auto current = std::clamp(now_wanted, rule.least, rule.most);
  if (running <= 0) return std::nullopt;
  if (last_change && now - *last_change < rule.cooldown) return std::nullopt;
  const Metric metrics[] = {{"cpu is", "%", rule.cpu, load.cpu},
                            {"memory is", "%", rule.memory, load.memory},
                            {"requests are", " a minute", rule.requests, load.requests}};
  std::optional<ScaleDecision> most;
  bool all_known = true;
  for (const auto& metric : metrics) {
    if (!metric.target) continue;
    if (!metric.load) {
      all_known = false;
      continue;
    }
    const auto count = is_near(metric) ? current : std::clamp(copies_for(metric, running), rule.least, rule.most);
    if (!most || count > most->count) most = ScaleDecision{count, sentence(metric)};
  }
  if (!most || most->count == current || (most->count < current && !all_known)) return std::nullopt;
  return most;
}

}  // namespace infra
