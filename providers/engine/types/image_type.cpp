#include "providers/engine/types/type_schemas.h"

namespace infra::engine {

using namespace infra::types;

namespace {

// What it is built from replaces: the old image stays until nothing runs from it any more.
Attribute output(std::string name, std::string doc) {
  return {.name = std::move(name), .type = string(), .doc = std::move(doc), .computed = true};
}

}  // namespace

Schema image_type() {
  return {
      .name = "image",
      .doc = "An image that an engine builds from a folder and pushes to a repository.",
      .attributes =
          {
              needed("node", string(), "The node whose engine builds it."),
              fixed("repository", string(), "Where it is pushed; empty: it stays on the node.", ""),
              fixed("tag", string(), "The tag beside the digest.", "latest"),
              fixed("immutable", boolean(), "The tag isn't moved once it was pushed.", false),
              needed("context", string(), "The folder that is sent to the engine."),
              fixed("dockerfile", string(), "The Dockerfile, from the context's root.", "Dockerfile"),
              fixed("args", map(string()), "Build arguments.", Value(Map())),
              fixed("target", string().opt(), "The stage to build; default: the last."),
              fixed("labels", map(string()).opt(), "Labels of the image beside infra's own."),
              needed("context_hash", string(),
                     "SHA-256 over the context's files: what decides whether it is built anew."),
              fixed("insecure", boolean(), "The registry speaks plain HTTP.", false),
              {.name = "retain",
               .type = boolean(),
               .doc = "Its registry's copy stays when it is replaced: the repository's lifecycle decides.",
               .fallback = false},
              {.name = "username", .type = string().opt(), .doc = "Who signs in to the registry."},
              {.name = "password", .type = string().as_secret().opt(), .doc = "With which password or token."},
              {.name = "grant", .type = string().opt(), .doc = "The `registry_access` that signs in instead."},
              {.name = "realm",
               .type = string().opt(),
               .doc = "Who gives out the registry's tokens, if not its own domain."},
              output("digest", "The digest of what was pushed; without a repository the image's id."),
              output("ref", "The name to run it by: REPOSITORY@DIGEST, or the image's id."),
              output("image_id", "The engine's id of it."),
          },
  };
}

}  // namespace infra::engine
