#include "providers/engine/task_group.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

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

namespace {

Span place(const Lowering& lowering, const std::string& label, std::string_view attribute) {
  return lowering.resource.place(fmt::format("container.{}.{}", label, attribute));
}

bool check_essential(const Lowering& lowering, const Map& containers) {
  if (std::any_of(containers.begin(), containers.end(), [](const Entry& e) { return is_essential(e.second); }))
    return true;
  lowering.diagnostics.error(
      "E0409", lowering.resource.span,
      containers.empty() ? fmt::format("task `{}` has no container", lowering.resource.address.path)
                         : fmt::format("task `{}` has no essential container", lowering.resource.address.path),
      containers.empty() ? "needs at least one `container`" : "nothing says when it has stopped",
      containers.empty() ? "add: container web { image = … }" : "remove `essential = false` from one of them");
  return false;
}

bool check_wait(const Lowering& lowering, const Map& containers, const std::string& label, const Entry& wait) {
  const auto* target = containers.find(wait.first);
  const auto* condition = wait.second.string();
  const auto span = place(lowering, label, "after");
  if (target == nullptr) {
    lowering.diagnostics.error(
        "E0410", span, fmt::format("container `{}` waits for `{}`, which its task doesn't have", label, wait.first));
    return false;
  }
  if (condition == nullptr) return true;
  if (*condition == "healthy" && (*target)["health"].is_null()) {
    lowering.diagnostics.error(
        "E0409", span,
        fmt::format("container `{}` waits until `{}` is healthy, but that has no health check", label, wait.first), "",
        fmt::format("give `{}` a `health` block, or wait for `started`", wait.first));
    return false;
  }
  if ((*condition == "completed" || *condition == "succeeded") && is_essential(*target)) {
    lowering.diagnostics.error(
        "E0409", span,
        fmt::format("container `{}` waits until `{}` has ended, but that is essential: its end stops the task", label,
                    wait.first),
        "", fmt::format("set `essential = false` in container `{}`", wait.first));
    return false;
  }
  return true;
}

// Takes away, again and again, what waits for nothing that is left; a rest is a cycle.
bool check_cycle(const Lowering& lowering, const Map& containers) {
  std::set<std::string> left;
  for (const auto& [label, container] : containers) left.insert(label);
  for (std::size_t before = 0; before != left.size();) {
    before = left.size();
    std::erase_if(left, [&](const std::string& label) {
      const auto waited = waits_for(*containers.find(label));
      return std::none_of(waited.begin(), waited.end(), [&](const auto& w) { return left.contains(w); });
    });
  }
  if (left.empty()) return true;
  lowering.diagnostics.error("E0409", place(lowering, *left.begin(), "after"),
                             fmt::format("the containers of task `{}` wait for each other: {}",
                                         lowering.resource.address.path, fmt::join(left, ", ")));
  return false;
}

}  // namespace

bool check_group(const Lowering& lowering) {
  static const Map none;
  const auto* found = lowering.resource.config["container"].map();
  const Map& containers = found != nullptr ? *found : none;
  bool good = check_essential(lowering, containers);
  for (const auto& [label, container] : containers) {
    const auto* after = container["after"].map();
    if (after == nullptr) continue;
    for (const auto& wait : *after) good = check_wait(lowering, containers, label, wait) && good;
  }
  return check_cycle(lowering, containers) && good;
}

}  // namespace infra::engine
