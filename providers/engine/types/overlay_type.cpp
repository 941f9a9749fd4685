#include "providers/engine/overlay.h"
#include "providers/engine/types/type_schemas.h"

namespace infra::engine {

using namespace infra::types;

Schema overlay_type() {
  return {
      .name = kOverlay,
      .doc = "The engines of several nodes, joined to a swarm so that networks can span them.",
      .attributes =
          {
              {.name = "nodes",
               .type = map(string()),
               .doc = "Each node's address in the network of the nodes.",
               .required = true},
              {.name = "id", .type = string(), .doc = "The swarm's id.", .computed = true},
          },
  };
}

Schema overlay_network_type() {
  return {
      .name = kOverlayNetwork,
      .doc = "A network over several nodes: what a subnet is on them.",
      .attributes =
          {
              needed("name", string(), "Its name on the engines."),
              {.name = "cidr",
               .type = cidr(),
               .doc = "Its addresses.",
               .required = true,
               .change = OnChange::replace,
               .exclusive_in = ""},
              fixed("internal", boolean(), "No way out of the nodes.", false),
              fixed("labels", map(string()).opt(), "Labels beside infra's own."),
              {.name = "id", .type = string(), .doc = "The engines' id of it.", .computed = true},
          },
  };
}

}  // namespace infra::engine
