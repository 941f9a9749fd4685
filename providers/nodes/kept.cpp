#include "providers/nodes/kept.h"

#include <utility>

namespace infra::nodes {

void Kept::put(const Address& object, std::string text) {
  const std::lock_guard lock(mutex_);
  all_[object] = std::move(text);
}

std::string Kept::of(const Address& object) const {
  const std::lock_guard lock(mutex_);
  const auto at = all_.find(object);
  return at != all_.end() ? at->second : std::string();
}

}  // namespace infra::nodes
