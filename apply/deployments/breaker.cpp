#include "apply/deployments/breaker.h"

#include <fmt/format.h>

#include <set>
#include <vector>

namespace infra {

std::optional<std::string> destroys_too_much(const Plan& plan, const Snapshot& state, const DestroyLimit& limit) {
  constexpr std::size_t kFewest = 4;
  constexpr std::size_t kNamed = 5;
  if (limit.percent >= 100) return std::nullopt;
  std::vector<std::string> gone;
  for (const auto& owner : plan.owners) {
    if (owner.action == Action::destroy) gone.push_back(owner.address.text());
  }
  std::set<Address> recorded;
  for (const auto& row : state.resources) recorded.insert(row.address.owner());
  const auto share = static_cast<std::size_t>(limit.percent);
  const bool all = gone.size() >= recorded.size();
  const bool much = recorded.size() >= kFewest && gone.size() * 100 > recorded.size() * share;
  if (gone.empty() || (!all && !much)) return std::nullopt;
  std::string names;
  for (std::size_t i = 0; i < std::min(gone.size(), kNamed); ++i) names += (i == 0 ? "" : ", ") + gone[i];
  if (gone.size() > kNamed) names += fmt::format(" and {} more", gone.size() - kNamed);
  if (all) return fmt::format("everything that is there would be destroyed ({})", names);
  return fmt::format("{} of {} resources would be destroyed ({}), more than {} %", gone.size(), recorded.size(), names,
                     limit.percent);
}

}  // namespace infra
