#include "providers/engine/type_schemas.h"

namespace infra::engine {

using namespace infra::types;

Schema image_type() {
  return {
      .name = "image",
      .doc = "An image that an engine builds from a folder and pushes to a repository.",
      .attributes =
          {
              {.name = "node",
               .type = string(),
               .doc = "The node whose engine builds it.",
               .required = true,
               .change = OnChange::replace},
              {.name = "repository",
               .type = string(),
               .doc = "Where it is pushed; empty: it stays on the node.",
               .fallback = "",
               .change = OnChange::replace},
              {.name = "tag", .type = string(), .doc = "The tag beside the digest.", .fallback = "latest"},
              {.name = "immutable",
               .type = boolean(),
               .doc = "The tag isn't moved once it was pushed.",
               .fallback = false},
              {.name = "context", .type = string(), .doc = "The folder that is sent to the engine.", .required = true},
              {.name = "dockerfile",
               .type = string(),
               .doc = "The Dockerfile, from the context's root.",
               .fallback = "Dockerfile"},
              {.name = "args", .type = map(string()), .doc = "Build arguments.", .fallback = Value(Map())},
              {.name = "target", .type = string().opt(), .doc = "The stage to build; default: the last."},
              {.name = "context_hash",
               .type = string(),
               .doc = "SHA-256 over the context's files: what decides whether it is built anew.",
               .required = true},
              {.name = "username",
               .type = string().opt(),
               .doc = "Who signs in to the registry.",
               .change = OnChange::replace},
              {.name = "password",
               .type = string().as_secret().opt(),
               .doc = "With which password or token.",
               .change = OnChange::replace},
              {.name = "insecure",
               .type = boolean(),
               .doc = "The registry speaks plain HTTP.",
               .fallback = false,
               .change = OnChange::replace},
              {.name = "digest",
               .type = string(),
               .doc = "The digest of what was pushed; without a repository the image's id.",
               .computed = true},
              {.name = "ref",
               .type = string(),
               .doc = "The name to run it by: REPOSITORY@DIGEST, or the image's id.",
               .computed = true},
              {.name = "image_id", .type = string(), .doc = "The engine's id of it.", .computed = true},
          },
  };
}

}  // namespace infra::engine
