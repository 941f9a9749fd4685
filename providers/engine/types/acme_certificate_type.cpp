#include "providers/engine/types/type_schemas.h"

namespace infra::engine {

using namespace infra::types;

Schema acme_certificate_type() {
  return {
      .name = "acme_certificate",
      .doc = "A certificate that an authority gave for a listener's hosts, in every HAProxy of its load balancer.",
      .attributes =
          {
              {.name = "account", .type = string(), .doc = "The account's URL.", .required = true},
              {.name = "directory", .type = string(), .doc = "The authority's ACME directory.", .required = true},
              {.name = "ca",
               .type = string(),
               .doc = "File with who signed the directory's own certificate; empty: those that this machine trusts.",
               .fallback = ""},
              {.name = "hosts", .type = list(string()), .doc = "Whom it is for.", .required = true},
              needed("listener", string(), "The name of its file in HAProxy."),
              {.name = "renews",
               .type = string(),
               .doc = "When the certificate expires that this one replaces; empty: it is the first.",
               .fallback = ""},
              {.name = "id", .type = string(), .doc = "Its fingerprint when it was first made.", .computed = true},
              {.name = "begins", .type = string(), .doc = "Since when it is valid.", .computed = true},
              {.name = "expires", .type = string(), .doc = "Until when.", .computed = true},
              {.name = "kept", .type = string(), .doc = "Certificates and key, in a box.", .computed = true},
          },
  };
}

}  // namespace infra::engine
