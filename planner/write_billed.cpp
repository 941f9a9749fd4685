#include <map>

#include "planner/draft.h"

namespace infra {
namespace {

bool comes(Action action) { return action == Action::create || action == Action::replace; }
bool goes(Action action) { return action == Action::destroy || action == Action::replace; }

}  // namespace

void write_billed(const Draft& draft, Plan& plan) {
  std::map<std::string, Billed> by_name;
  for (const auto& change : plan.changes) {
    if (!comes(change.action) && !goes(change.action)) continue;
    const auto* platform = draft.platform(change.platform);
    const auto name = platform != nullptr ? platform->billed(change.type) : std::string();
    if (name.empty()) continue;
    auto& billed = by_name[name];
    billed.name = name;
    billed.comes += comes(change.action) ? 1U : 0U;
    billed.goes += goes(change.action) ? 1U : 0U;
  }
  for (auto& [name, billed] : by_name) plan.billed.push_back(std::move(billed));
}

}  // namespace infra
