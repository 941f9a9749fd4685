#include "providers/engine/task_group.h"

#include <algorithm>

namespace infra::engine {

std::vector<std::string> waits_for(const Value& container) {
  std::vector<std::string> out;
  if (const auto* after = container["after"].map()) {
    for (const auto& [label, condition] : *after) out.push_back(label);
  }
  return out;
}

bool is_essential(const Value& container) {
  const auto* essential = container["essential"].boolean();
  return essential == nullptr || *essential;
}

std::string_view runs_until(const Map& containers, std::string_view label) {
  std::string_view out = "running";
  for (const auto& [other, container] : containers) {
    const auto* condition = container["after"][label].string();
    if (condition == nullptr) continue;
    if (*condition == "succeeded") return "succeeded";
    if (*condition == "completed") out = "completed";
  }
  return out;
}

namespace {

bool shares_network(const Map& containers, std::string_view label) {
  return runs_until(containers, label) == "running";
}

bool can_own(const Map& containers, const std::string& label, const Value& container) {
  const auto waited = waits_for(container);
  return shares_network(containers, label) &&
         std::none_of(waited.begin(), waited.end(), [&](const auto& w) { return shares_network(containers, w); });
}

}  // namespace

std::string network_owner(const Map& containers) {
  std::string fallback;
  for (const auto& [label, container] : containers) {
    if (!can_own(containers, label, container)) continue;
    if (is_essential(container)) return label;
    if (fallback.empty()) fallback = label;
  }
  return fallback;
}

}  // namespace infra::engine
