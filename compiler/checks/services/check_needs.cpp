#include "compiler/checks/services/check_needs.h"

namespace infra::checks {
namespace {

// The largest of the containers' values stands for their sum in a message.
template <class T, class Read, class Place>
std::optional<Need<T>> sum(const Use& use, std::int64_t T::*count, const Read& read, const Place& place) {
  std::optional<Need<T>> out;
  std::int64_t largest = -1;
  for (const auto& [label, container] : use.containers()) {
    const Value& stated = read(container);
    if (stated.is_null()) continue;
    const auto* amount = stated.template get<T>();
    if (amount == nullptr) return std::nullopt;
    if (!out) out.emplace();
    out->amount.*count += amount->*count;
    if (amount->*count > largest) out->place = place(label);
    largest = std::max(largest, amount->*count);
  }
  return out;
}

}  // namespace

const Value& memory_of(const Value& container) {
  const auto& reserved = container["memory_reservation"];
  return reserved.is_null() ? container["memory"] : reserved;
}

Span memory_place(const Use& use, const std::string& label) {
  const auto path = container_path(label);
  if (const auto reserved = use.task->written(path + "memory_reservation")) return *reserved;
  return use.task->place(path + "memory");
}

std::optional<Need<Bytes>> memory_need(const Use& use) {
  const auto& stated = use.task->config["memory"];
  if (const auto* bytes = stated.get<Bytes>()) return Need<Bytes>{*bytes, use.task->place("memory")};
  if (!stated.is_null()) return std::nullopt;
  return sum<Bytes>(use, &Bytes::count, memory_of, [&](const std::string& label) { return memory_place(use, label); });
}

std::optional<Need<Cpu>> cpu_need(const Use& use) {
  const auto& stated = use.task->config["cpu"];
  if (const auto* cpu = stated.get<Cpu>()) return Need<Cpu>{*cpu, use.task->place("cpu")};
  if (!stated.is_null()) return std::nullopt;
  return sum<Cpu>(
      use, &Cpu::ticks, [](const Value& container) -> const Value& { return container["cpu"]; },
      [&](const std::string& label) { return use.task->place(container_path(label) + "cpu"); });
}

}  // namespace infra::checks
