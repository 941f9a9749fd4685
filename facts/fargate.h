// The sizes of tasks that Fargate has (RegisterTaskDefinition, `cpu` and `memory`).
#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "base/values/value.h"

namespace infra::facts {

struct FargateSize {
  std::int64_t units;            // of 1/1024 vCPU
  std::int64_t low, high, step;  // memory in MiB; step 0: doubled from low to high
};

std::span<const FargateSize> fargate_sizes();  // by rising CPU
// The row with just this CPU, nullptr: there is none.
const FargateSize* fargate_size(std::int64_t units);
// The smallest memory of the row that holds this much, in MiB; nullopt: the row has no more.
std::optional<std::int64_t> fargate_memory(const FargateSize& size, Bytes memory);

}  // namespace infra::facts
