// How many copies of a task machines hold.
#pragma once
#include <cstdint>
#include <optional>

#include "compiler/checks/services/check_needs.h"
#include "compiler/checks/services/check_nodes.h"

namespace infra::checks {

struct Demand {
  std::optional<Need<Bytes>> memory;
  std::optional<Need<Cpu>> cpu;
};
Demand demand_of(const Use& use);
bool is_distinct(const Use& use);  // `place { distinct = true }`: each copy on a machine of its own

// So many copies fit on one machine; -1: nothing limits them.
std::int64_t room_on(const Machine& machine, const Demand& demand, bool distinct);
// So many copies fit on `count` machines; -1: nothing limits them.
std::int64_t room(const Machines& machines, const Demand& demand, bool distinct, std::int64_t count);

}  // namespace infra::checks
