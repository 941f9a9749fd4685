// Platforms that are reached by what other resources are: an EKS cluster, a registry on a node.
#pragma once
#include <optional>
#include <set>
#include <string>

#include "planner/planner.h"
#include "state/state.h"

namespace infra {

// How it was reached the last time: by what is recorded of the resources that it depends on, or else as it was when it
// was made. nullopt: it was never used.
std::optional<Value> config_by_record(const ReachedPlatform& reached, const Snapshot& state);

// A first plan is made without them; those whose config is then known, and stays what it is, are part of the next one.
class ReachedPlatforms {
 public:
  // Is there anything to gain by another attempt?
  bool learn(const Plan& plan);
  [[nodiscard]] const PlatformConfigs& configs() const { return configs_; }

 private:
  PlatformConfigs configs_;
  std::set<std::string> given_up_;
};

}  // namespace infra
