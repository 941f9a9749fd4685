#include "providers/engine/types/type_schemas.h"

namespace infra::engine {

using namespace infra::types;

Schema network_type() {
  return {
      .name = "network",
      .doc = "A network of one container engine: what a subnet is on one node.",
      .attributes =
          {
              {.name = "node",
               .type = string(),
               .doc = "The node that it is on.",
               .required = true,
               .change = OnChange::replace},
              {.name = "name",
               .type = string(),
               .doc = "Its name on the engine.",
               .required = true,
               .change = OnChange::replace},
              {.name = "cidr",
               .type = cidr(),
               .doc = "Its addresses.",
               .required = true,
               .change = OnChange::replace,
               .exclusive_in = "node"},
              {.name = "internal",
               .type = boolean(),
               .doc = "No way out of the node.",
               .fallback = false,
               .change = OnChange::replace},
              {.name = "labels",
               .type = map(string()).opt(),
               .doc = "Labels beside infra's own. An engine can't change them.",
               .change = OnChange::replace},
              {.name = "id", .type = string(), .doc = "The engine's id of it.", .computed = true},
          },
  };
}

}  // namespace infra::engine
