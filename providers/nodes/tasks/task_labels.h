// The labels by which the containers of a task are found together, beside those of labels.h (infra.token is the task's
// id).
#pragma once
#include <string>
#include <vector>

#include "providers/provider.h"

namespace infra::nodes {

inline constexpr const char* kContainerLabel = "infra.container";  // the label of its block; "": the pause container
inline constexpr const char* kSizeLabel = "infra.containers";      // how many the task has
inline constexpr const char* kEssentialLabel = "infra.essential";  // "no": the task doesn't end with it
inline constexpr const char* kModeLabel = "infra.network";         // "bridge" "host" "none" "network"
inline constexpr const char* kSettleLabel = "infra.settle";        // milliseconds, unless it is one second
inline constexpr const char* kRevisionLabel = "infra.revision";

// Of an entry of the list call that is a task's.
inline bool is_pause(const Value& entry) {
  const auto* label = entry["Labels"][kContainerLabel].string();
  return label != nullptr && label->empty();
}

}  // namespace infra::nodes
