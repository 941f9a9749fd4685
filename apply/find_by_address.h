// In what is sorted by address: the declared resources of a lowered graph, the rows of a state.
#pragma once
#include <algorithm>
#include <vector>

#include "base/values/address.h"

namespace infra {

// The first with this address, or nullptr.
template <class T>
const T* find_by_address(const std::vector<T>& sorted, const Address& address) {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), address,
                                   [](const T& one, const Address& wanted) { return one.address < wanted; });
  return at != sorted.end() && at->address == address ? &*at : nullptr;
}

}  // namespace infra
