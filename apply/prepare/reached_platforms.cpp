#include "apply/prepare/reached_platforms.h"

#include <algorithm>
#include <map>

#include "base/values/codec.h"
#include "planner/decide/recorded_attributes.h"

namespace infra {
namespace {

bool same(const Value& a, const Value& b) { return to_source(a) == to_source(b); }

}  // namespace

std::optional<Value> config_by_record(const ReachedPlatform& reached, const Snapshot& state) {
  const auto used = std::find_if(state.platforms.begin(), state.platforms.end(),
                                 [&](const RecordedPlatform& p) { return p.name == reached.platform.name; });
  if (used == state.platforms.end()) return std::nullopt;  // it was never used
  const auto& needs = reached.platform.depends_on;
  std::map<Address, Value> outputs;
  for (const auto& row : state.resources) {
    if (row.deposed || !std::binary_search(needs.begin(), needs.end(), row.address.owner())) continue;
    if (auto value = from_json(row.outputs)) outputs.emplace(row.address, *std::move(value));
  }
  auto config = resolve(reached.platform.config, [&](const Address& part) {
    const auto at = outputs.find(part);
    return at != outputs.end() ? &at->second : nullptr;
  });
  if (config.known()) return config;
  auto recorded = from_json(used->config);
  return recorded ? std::optional(*std::move(recorded)) : std::nullopt;
}

bool ReachedPlatforms::learn(const Plan& plan) {
  bool again = false;
  for (const auto& reach : plan.reach) {
    if (!reach.open && !(reach.settled && same(reach.config, configs_[reach.platform]))) {
      // It changed between two looks: this run leaves it alone.
      configs_.erase(reach.platform);
      given_up_.insert(reach.platform);
      again = true;
    }
    if (reach.open && reach.settled && !given_up_.contains(reach.platform)) {
      configs_[reach.platform] = reach.config;
      again = true;
    }
  }
  return again;
}

}  // namespace infra
