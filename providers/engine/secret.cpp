#include "providers/engine/lowering.h"

namespace infra::engine {

// Nothing keeps secrets on a container engine: whoever refers to one is given what it holds.
Lowered lower_secret(const Lowering& lowering) {
  Lowered out;
  out.outputs = Map(std::vector<Entry>{{"", lowering.substituted(lowering.resource.config["value"])}});
  return out;
}

}  // namespace infra::engine
