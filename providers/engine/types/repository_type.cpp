#include "providers/engine/types/type_schemas.h"

namespace infra::engine {

using namespace infra::types;

Schema repository_type() {
  return {
      .name = "repository",
      .doc =
          "A repository of an OCI registry. Registries make them by the first push, so creating one proves that the "
          "registry answers; destroying it deletes the manifests that the stack pushed, where the registry allows it.",
      .attributes =
          {
              {.name = "endpoint",
               .type = string(),
               .doc = "HOST:PORT of the registry.",
               .required = true,
               .change = OnChange::replace},
              {.name = "name",
               .type = string(),
               .doc = "The repository's name in it.",
               .required = true,
               .change = OnChange::replace},
              {.name = "insecure",
               .type = boolean(),
               .doc = "Plain HTTP.",
               .fallback = false,
               .change = OnChange::replace},
              {.name = "username", .type = string().opt(), .doc = "Who signs in."},
              {.name = "password", .type = string().as_secret().opt(), .doc = "With which password or token."},
              {.name = "grant", .type = string().opt(), .doc = "The `registry_access` that signs in instead."},
              {.name = "realm",
               .type = string().opt(),
               .doc = "Who gives out the registry's tokens, if not its own domain."},
              {.name = "immutable", .type = boolean(), .doc = "A pushed tag isn't moved.", .fallback = false},
              {.name = "rules",
               .type = list(Type::record({{"tags", string().opt()},
                                          {"untagged", boolean().opt()},
                                          {"keep", integer().opt()},
                                          {"older_than", duration().opt()}})),
               .doc = "Which images go, by priority.",
               .fallback = Value(List())},
              {.name = "url",
               .type = string(),
               .doc = "What stands before the tag in an image's name.",
               .computed = true},
          },
  };
}

}  // namespace infra::engine
