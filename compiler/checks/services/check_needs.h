// How much a task asks for.
#pragma once
#include <optional>
#include <string>

#include "compiler/checks/services/check_use.h"

namespace infra::checks {

template <class T>
struct Need {
  T amount;
  Span place;  // of the value that states it
};
// The task's own value, else the sum of what its containers state; nullopt: nothing is stated, or it isn't known.
std::optional<Need<Bytes>> memory_need(const Use& use);
std::optional<Need<Cpu>> cpu_need(const Use& use);

// What ECS counts for a container: what is kept for it, else its limit.
const Value& memory_of(const Value& container);
Span memory_place(const Use& use, const std::string& label);

}  // namespace infra::checks
