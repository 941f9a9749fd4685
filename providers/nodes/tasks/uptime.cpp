#include "providers/nodes/tasks/uptime.h"

#include <array>
#include <charconv>
#include <utility>

namespace infra::nodes {

std::int64_t uptime_of(std::string_view status) {
  constexpr std::string_view kUp = "Up ";
  if (!status.starts_with(kUp)) return 0;
  status.remove_prefix(kUp.size());
  std::int64_t count = status.starts_with("Less than") ? 0 : 1;  // "About a minute"
  std::from_chars(status.data(), status.data() + status.size(), count);
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> kUnits = {
      {{"second", 1}, {"minute", 60}, {"hour", 3'600}, {"day", 86'400}, {"week", 604'800}, {"month", 2'592'000}}};
  for (const auto& [unit, seconds] : kUnits) {
    if (status.find(unit) != std::string_view::npos) return count * seconds;
  }
  return 31'536'000 * count;
}

}  // namespace infra::nodes
