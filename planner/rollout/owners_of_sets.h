// Tasks of services with a task set stand apart from all other objects: slots and the plan's check leave them out.
#pragma once
#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>
#include <vector>

#include "planner/planner.h"
#include "planner/rollout/task_set.h"

namespace infra {

// Sorted addresses of the services that have one, declared or recorded.
inline std::vector<Address> owners_of_sets(const std::vector<const LoweredResource*>& wanted,
                                           const std::vector<const RecordedResource*>& rows) {
  std::vector<Address> out;
  const auto add = [&](const auto& items) {
    for (const auto* item : items) {
      if (item->type == kTaskSet) out.push_back(item->address.owner());
    }
  };
  add(wanted);
  const auto middle = static_cast<std::ptrdiff_t>(out.size());
  add(rows);
  // Each half comes sorted from its table nearly always.
  for (const auto& [from, to] :
       {std::pair(out.begin(), out.begin() + middle), std::pair(out.begin() + middle, out.end())})
    if (!std::is_sorted(from, to)) std::sort(from, to);
  std::inplace_merge(out.begin(), out.begin() + middle, out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// Takes the tasks of these services out of `items`, whose order stays.
template <class T>
std::vector<const T*> take_tasks(std::vector<const T*>& items, const std::vector<Address>& owners) {
  std::vector<const T*> out;
  if (owners.empty()) return out;
  std::erase_if(items, [&](const T* item) {
    if (item->type != kTask || !std::binary_search(owners.begin(), owners.end(), item->address.owner())) return false;
    out.push_back(item);
    return true;
  });
  return out;
}

}  // namespace infra
