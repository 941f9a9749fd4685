#include "providers/kubernetes/objects/object_schemas.h"
#include "providers/kubernetes/types/object_attributes.h"

namespace infra::kubernetes {

Schema image_schema() {
  return {.name = std::string(kImage),
          .doc = "An image that an engine builds from a folder and pushes to a repository.",
          .attributes = {
              fixed("repository", types::string(), "Where it is pushed."),
              fixed("tag", types::string(), "The tag beside the digest."),
              fixed("context", types::string(), "The folder that is sent to the engine."),
              fixed("dockerfile", types::string(), "The Dockerfile, from the context's root."),
              {.name = "args",
               .type = types::map(types::string()).opt(),
               .doc = "Build arguments.",
               .change = OnChange::replace},
              {.name = "target",
               .type = types::string().opt(),
               .doc = "The stage to build; default: the last.",
               .change = OnChange::replace},
              {.name = "labels",
               .type = types::map(types::string()).opt(),
               .doc = "Labels of the image.",
               .change = OnChange::replace},
              fixed("context_hash", types::string(), "SHA-256 over the context's files."),
              {.name = "immutable",
               .type = types::boolean().opt(),
               .doc = "The tag isn't moved once it was pushed.",
               .change = OnChange::replace},
              {.name = "insecure",
               .type = types::boolean().opt(),
               .doc = "The registry speaks plain HTTP.",
               .change = OnChange::replace},
              changeable("username", types::string().opt(), "Who signs in to the registry."),
              changeable("password", types::string().as_secret().opt(), "With which password or token."),
              changeable("realm", types::string().opt(), "Who gives out the registry's tokens, if not its own domain."),
              lasting(output("digest", types::string(), "The digest of what was pushed.")),
              lasting(output("ref", types::string(), "The name to run it by: REPOSITORY@DIGEST."))}};
}

}  // namespace infra::kubernetes
