#include "apply/execute/looks.h"

#include <algorithm>

namespace infra {

std::size_t looks_for(const Execution& execution) {
  return std::clamp<std::size_t>(execution.observed.hosts.size(), 2, 16);
}

std::string Looks::place_of(const Provider& provider, const RecordedResource& row) {
  if (!provider.polls_by_place()) return {};
  const auto [at, is_new] = places_.try_emplace(row.id);
  if (is_new) at->second = provider.place_of({row.address, row.type, row.id, row.inputs});
  return at->second;
}

std::vector<ProviderCall> Looks::begin(std::size_t& calls, bool busy) {
  const auto now = Watch::Clock::now();
  std::map<Spot, std::vector<const RecordedResource*>> due;
  for (const auto& [platform, provider] : providers_) {
    auto rows = waits_.rows(platform, ledger_);
    for (const auto& run : runs_) {
      if (run->platform() != platform) continue;
      const auto more = run->rows();
      rows.insert(rows.end(), more.begin(), more.end());
    }
    for (const auto* row : rows) {
      Spot spot{platform, place_of(*provider, *row)};
      if (watch_.is_due(spot, provider->pace(), now, busy)) due[std::move(spot)].push_back(row);
    }
  }
  std::vector<Spot> order;
  order.reserve(due.size());
  for (const auto& [spot, rows] : due) order.push_back(spot);
  std::stable_sort(order.begin(), order.end(),
                   [&](const Spot& a, const Spot& b) { return watch_.last_begun(a) < watch_.last_begun(b); });
  std::vector<ProviderCall> out;
  for (const auto& spot : order) {
    if (watch_.looking() >= most_) break;
    Look look;
    for (const auto* row : due[spot]) look.rows.push_back(*row);
    watch_.begin(spot, ++calls, now);
    out.push_back({.call = calls, .provider = providers_.at(spot.platform).get(), .look = std::move(look)});
  }
  return out;
}

}  // namespace infra
