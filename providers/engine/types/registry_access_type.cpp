#include "providers/engine/types/type_schemas.h"

namespace infra::engine {

using namespace infra::types;

Schema registry_access_type() {
  return {
      .name = "registry_access",
      .doc =
          "The certificate and the password of a registry that the stack runs for several machines. They are sealed in "
          "the state, and given to the nodes that pull from it.",
      .attributes =
          {
              needed("endpoint", string(), "HOST:PORT that its certificate is for."),
              {.name = "id", .type = string(), .doc = "The certificate's fingerprint.", .computed = true},
              {.name = "expires", .type = string(), .doc = "Until when it is valid.", .computed = true},
              {.name = "kept",
               .type = string(),
               .doc = "User, password, certificate and key, in a box.",
               .computed = true},
          },
  };
}

}  // namespace infra::engine
