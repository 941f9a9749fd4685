#include "providers/nodes/tasks/task_order.h"

#include <algorithm>
#include <array>

namespace infra::nodes {
namespace {

bool is_ready(const Value& container, const std::vector<std::string>& started) {
  const auto* after = container["after"].map();
  return after == nullptr || std::all_of(after->begin(), after->end(), [&](const Entry& needed) {
           return std::find(started.begin(), started.end(), needed.first) != started.end();
         });
}

}  // namespace

std::vector<std::string> start_order(const Value& containers) {
  std::vector<std::string> out;
  const auto* all = containers.map();
  if (all == nullptr) return out;
  for (bool found = true; found && out.size() < all->size();) {
    found = false;
    for (const auto& [label, container] : *all) {
      const bool is_new = std::find(out.begin(), out.end(), label) == out.end();
      if (!is_new || !is_ready(container, out)) continue;
      out.push_back(label);
      found = true;
    }
  }
  return out;
}

std::string awaited_of(const Value& containers, const std::string& label) {
  constexpr std::array<std::string_view, 4> kStrictness = {"started", "healthy", "completed", "succeeded"};
  std::size_t strictest = 0;
  bool any = false;
  for (const auto& [other, container] : *containers.map()) {
    const auto* condition = container["after"][label].string();
    const auto at =
        condition != nullptr ? std::find(kStrictness.begin(), kStrictness.end(), *condition) : kStrictness.end();
    if (at == kStrictness.end()) continue;
    any = true;
    strictest = std::max(strictest, static_cast<std::size_t>(at - kStrictness.begin()));
  }
  return any ? std::string(kStrictness[strictest]) : std::string();
}

}  // namespace infra::nodes
