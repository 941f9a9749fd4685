#include "facts/eks_pods.h"

#include <algorithm>
#include <array>

#include "facts/instances.h"

namespace infra::facts {
namespace {

struct MachineAddresses {
  std::string_view size;
  std::int64_t interfaces;
  std::int64_t each;  // addresses of each
};

constexpr std::array kPodsOfBurstable = {
    MachineAddresses{"nano", 2, 2},     MachineAddresses{"micro", 2, 2},  MachineAddresses{"small", 3, 4},
    MachineAddresses{"medium", 3, 6},   MachineAddresses{"large", 3, 12}, MachineAddresses{"xlarge", 4, 15},
    MachineAddresses{"2xlarge", 4, 15},
};
// Families of the fifth generation and later have the same by size.
constexpr std::array kPodsOfOthers = {
    MachineAddresses{"medium", 2, 4},    MachineAddresses{"large", 3, 10},     MachineAddresses{"xlarge", 4, 15},
    MachineAddresses{"2xlarge", 4, 15},  MachineAddresses{"4xlarge", 8, 30},   MachineAddresses{"8xlarge", 8, 30},
    MachineAddresses{"12xlarge", 8, 30}, MachineAddresses{"16xlarge", 15, 50}, MachineAddresses{"24xlarge", 15, 50},
};

template <class Table>
std::int64_t pods_by(const Table& table, std::string_view size) {
  const auto at =
      std::find_if(table.begin(), table.end(), [&](const MachineAddresses& row) { return row.size == size; });
  return at != table.end() ? at->interfaces * (at->each - 1) + 2 : 0;
}

// c, m and r of the fifth generation and later.
bool is_usual_family(std::string_view family) {
  return family.size() >= 2 && std::string_view("cmr").find(family[0]) != std::string_view::npos && family[1] >= '5' &&
         family[1] <= '9';
}

}  // namespace

std::int64_t usual_pods(std::string_view instance) {
  const auto dot = instance.find('.');
  if (dot == std::string_view::npos) return 0;
  const auto family = instance.substr(0, dot);
  const auto size = instance.substr(dot + 1);
  if (family == "t3" || family == "t3a" || family == "t4g") return pods_by(kPodsOfBurstable, size);
  return is_usual_family(family) ? pods_by(kPodsOfOthers, size) : 0;
}

std::int64_t most_pods(std::string_view instance) {
  const auto type = find_instance(instance);
  if (!type) return 0;
  return type->cpu.ticks < 30 * Cpu::kVcpu ? 110 : 250;
}

}  // namespace infra::facts
