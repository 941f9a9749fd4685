#include "providers/engine/types/type_schemas.h"

namespace infra::engine {

using namespace infra::types;

Schema acme_account_type() {
  return {
      .name = "acme_account",
      .doc =
          "An account at a certificate authority, of a load balancer's listeners with `acme`. Its key is sealed in "
          "the state.",
      .attributes =
          {
              needed("directory", string(), "The authority's ACME directory."),
              {.name = "email", .type = string(), .doc = "Whom it writes to.", .fallback = ""},
              {.name = "ca",
               .type = string(),
               .doc = "File with who signed the directory's own certificate; empty: those that this machine trusts.",
               .fallback = ""},
              {.name = "id", .type = string(), .doc = "The account's URL.", .computed = true},
              {.name = "thumbprint",
               .type = string(),
               .doc = "Of its key: what the authority wants to read at each host.",
               .computed = true},
              {.name = "kept", .type = string(), .doc = "The key, in a box.", .computed = true},
          },
  };
}

}  // namespace infra::engine
