#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

Kind image() {
  return {.schema = make({
              .name = "image",
              .doc = "A container image, built from a folder, pushed, and used by its digest.",
              .attributes =
                  {
                      {.name = "context",
                       .type = string(),
                       .doc = "The folder that is sent to the engine; it is rebuilt when its content changes.",
                       .required = true},
                      {.name = "dockerfile",
                       .type = string(),
                       .doc = "The Dockerfile, from the context's root.",
                       .fallback = "Dockerfile"},
                      {.name = "args",
                       .type = map(any_of({string(), integer(), boolean()})),
                       .doc = "Build arguments.",
                       .fallback = Value(Map())},
                      {.name = "target",
                       .type = string().opt(),
                       .doc = "The stage of the Dockerfile to build; default: the last."},
                      {.name = "to",
                       .type = ref("repository").opt(),
                       .doc = "Where it is pushed; without it the image stays on its one node."},
                      {.name = "tag",
                       .type = string().matching("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"),
                       .doc = "The tag that is pushed beside the digest.",
                       .fallback = "latest"},
                      {.name = "digest",
                       .type = string(),
                       .doc = "The digest of what was pushed: \"sha256:…\".",
                       .computed = true},
                      {.name = "ref",
                       .type = string(),
                       .doc = "The name to pull: \"localhost:5000/web@sha256:…\".",
                       .computed = true},
                  },
          }),
          .paths = {"context"}};
}

}  // namespace infra::kinds
