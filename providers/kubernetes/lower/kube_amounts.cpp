#include "providers/kubernetes/lower/kube_amounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace infra::kubernetes {

namespace {

constexpr std::int64_t kTicksOfMilli = Cpu::kVcpu / 1000;  // 1,024: exact
constexpr std::int64_t kLeastMemory = 1'048'576;

// What of the task's no container asks for, divided among those that don't say how much they need.
template <class T, class Own>
std::optional<std::int64_t> part_of_task(const Map& containers, const T* whole, Own own, std::int64_t least) {
  if (whole == nullptr) return std::nullopt;
  auto rest = own(*whole);
  std::int64_t silent = 0;
  for (const auto& [label, container] : containers) {
    const auto asked = own(container);
    rest -= asked;
    if (asked == 0) ++silent;
  }
  if (silent == 0) return std::nullopt;
  return std::max(least, rest / silent);
}

struct Ticks {
  std::int64_t operator()(const Cpu& cpu) const { return cpu.ticks; }
  std::int64_t operator()(const Value& container) const {
    const auto* cpu = container["cpu"].get<Cpu>();
    return cpu != nullptr ? cpu->ticks : 0;
  }
};
struct Kept {
  std::int64_t operator()(const Bytes& size) const { return size.count; }
  std::int64_t operator()(const Value& container) const {
    const auto* soft = container["memory_reservation"].get<Bytes>();
    const auto* hard = container["memory"].get<Bytes>();
    return soft != nullptr ? soft->count : hard != nullptr ? hard->count : 0;
  }
};

}  // namespace

std::string quantity(Bytes size) {
  constexpr std::array kSuffixes = {"", "Ki", "Mi", "Gi", "Ti", "Pi"};
  std::size_t power = 0;
  auto count = size.count;
  while (count != 0 && count % 1024 == 0 && power + 1 < kSuffixes.size()) {
    count /= 1024;
    ++power;
  }
  return fmt::format("{}{}", count, kSuffixes.at(power));
}

std::string millicores(Cpu share) {
  const auto milli = (share.ticks + kTicksOfMilli - 1) / kTicksOfMilli;
  return milli % 1000 == 0 ? fmt::format("{}", milli / 1000) : fmt::format("{}m", milli);
}

Map resources_of(const Value& task_config) {
  Map out;
  const auto& containers = *task_config["container"].map();
  const auto* task_cpu = task_config["cpu"].get<Cpu>();
  const auto* task_memory = task_config["memory"].get<Bytes>();
  const auto cpu_part = part_of_task(containers, task_cpu, Ticks(), kTicksOfMilli);
  const auto memory_part = part_of_task(containers, task_memory, Kept(), kLeastMemory);
  for (const auto& [label, container] : containers) {
    Map requests;
    Map limits;
    const auto ticks = Ticks()(container);
    if (ticks != 0 || cpu_part) requests.set("cpu", millicores({ticks != 0 ? ticks : *cpu_part}));
    if (task_cpu != nullptr) limits.set("cpu", millicores(*task_cpu));
    const auto kept = Kept()(container);
    if (kept != 0 || memory_part) requests.set("memory", quantity({kept != 0 ? kept : *memory_part}));
    const auto* hard = container["memory"].get<Bytes>();
    if (hard == nullptr) hard = task_memory;
    if (hard != nullptr) limits.set("memory", quantity(*hard));
    Map both;
    if (!requests.empty()) both.set("requests", std::move(requests));
    if (!limits.empty()) both.set("limits", std::move(limits));
    if (!both.empty()) out.set(label, std::move(both));
  }
  return out;
}

}  // namespace infra::kubernetes
