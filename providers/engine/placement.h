// Which node each copy of a service runs on.
#pragma once
#include <string>
#include <vector>

#include "providers/engine/service_view.h"

namespace infra::engine {

struct Instance {
  std::string key;  // "0", "1" …; a daemon's is its node's name
  std::string node;
};

// Round robin, past nodes on which a fixed host port is taken by a service before it (in order of address). E0404 if
// there is no node left for a copy; the result is empty then.
std::vector<Instance> place(const Lowering& lowering, const ServiceView& view);

}  // namespace infra::engine
