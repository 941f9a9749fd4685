#include "compiler/checks/services/check_room.h"

#include <algorithm>

namespace infra::checks {

Demand demand_of(const Use& use) { return {.memory = memory_need(use), .cpu = cpu_need(use)}; }

bool is_distinct(const Use& use) {
  const auto* distinct = use.config("place")["distinct"].boolean();
  return distinct != nullptr && *distinct;
}

std::int64_t room_on(const Machine& machine, const Demand& demand, bool distinct) {
  std::int64_t out = distinct ? 1 : -1;
  const auto limit = [&](std::int64_t have, std::int64_t need) {
    if (need > 0) out = out < 0 ? have / need : std::min(out, have / need);
  };
  if (demand.memory && machine.memory)
    limit(std::max<std::int64_t>(machine.memory->count, 0), demand.memory->amount.count);
  if (demand.cpu && machine.cpu) limit(machine.cpu->ticks, demand.cpu->amount.ticks);
  return out;
}

std::int64_t room(const Machines& machines, const Demand& demand, bool distinct, std::int64_t count) {
  std::int64_t out = 0;
  for (const auto& machine : machines.all) {
    const auto each = room_on(machine, demand, distinct);
    if (each < 0) return -1;
    out += machines.alike ? each * count : each;
  }
  return out;
}

}  // namespace infra::checks
