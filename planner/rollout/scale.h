// How many copies a load asks for. Pure; the rule is that of Kubernetes' HorizontalPodAutoscaler and of target tracking
// on ECS: copies × load / target, rounded up, and of several targets the one that asks for most.
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "base/values/value.h"
#include "providers/health.h"

namespace infra {

struct ScaleRule {
  int least = 1, most = 1;
  std::optional<double> cpu = {};       // percent of what a copy may use
  std::optional<double> memory = {};    // the same
  std::optional<double> requests = {};  // of a copy in a minute
  std::chrono::milliseconds cooldown{300'000};
  friend bool operator==(const ScaleRule&, const ScaleRule&) = default;
};
// From the `scale` of a task set's inputs; nullopt: it has none.
std::optional<ScaleRule> scale_rule_of(const Value& scale);

// What was measured, as a mean over the copies that run. What wasn't is nullopt.
struct ScaleLoad {
  std::optional<double> cpu = {}, memory = {};  // percent
  std::optional<double> requests = {};          // of a copy in a minute
};

struct ScaleDecision {
  int count = 1;
  std::string why;  // "cpu is at 83% of 60%"
  friend bool operator==(const ScaleDecision&, const ScaleDecision&) = default;
};

// A load within a tenth of its target changes nothing, so that the number doesn't swing. Fewer copies only if every
// target that is set was measured. `running`: what the load was measured over.
std::optional<ScaleDecision> decide_scale(const ScaleRule& rule, const ScaleLoad& load, int running, int now_wanted,
                                          std::optional<Moment> last_change, Moment now);

}  // namespace infra
