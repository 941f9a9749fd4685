// The engine's volumes that have a name.
#pragma once
#include <string>
#include <vector>

#include "providers/nodes/context.h"

namespace infra::nodes {

// Of volumes that only hold what a load balancer is to know: no data, and nobody's to see.
inline constexpr const char* kRoutesVolume = "infra-routes-";

struct VolumeSeen {
  std::string name;
  std::string stack, lineage;  // whose task made it; empty: nobody's
  std::string created;         // as the engine says it
};

// All of the engine, by name; without those that have a name of the engine's own.
Result<std::vector<VolumeSeen>> list_volumes(Engine& engine);

}  // namespace infra::nodes
