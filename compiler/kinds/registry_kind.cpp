#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

static Schema rule() {
  return {
      .name = "rule",
      .doc = "Which images go, in the order in which the rules are written.",
      .attributes =
          {
              {.name = "tags", .type = string().opt(), .doc = "Images with a tag like this (* stands for anything)."},
              {.name = "untagged", .type = boolean(), .doc = "Images without a tag.", .fallback = false},
              {.name = "keep", .type = integer().between(1, 1'000'000).opt(), .doc = "Keep so many of the newest."},
              {.name = "older_than", .type = duration().opt(), .doc = "Delete what is older."},
          },
  };
}

static Schema lifecycle() {
  return {
      .name = "lifecycle",
      .doc = "Which old images are deleted; never one that a task still uses.",
      .attributes =
          {
              {.name = "keep_tagged",
               .type = integer().between(1, 1'000'000).opt(),
               .doc = "Keep so many of the newest tagged images."},
              {.name = "expire_untagged", .type = duration().opt(), .doc = "Delete untagged images that are older."},
          },
      .blocks = {{.name = "rule", .doc = "One rule.", .schema = make(rule()), .times = Times::many}},
  };
}

// As the OCI distribution specification has it: namespaces and a name.
static Type repository_name() {
  return string().matching(R"([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*)");
}

Kind repository() {
  return {.schema = make({
              .name = "repository",
              .doc = "The images of one name.",
              .attributes =
                  {
                      {.name = "name",
                       .type = repository_name().opt(),
                       .doc = "Its name in the registry, such as \"team/web\"; default: from the stack's and its own.",
                       .change = OnChange::replace},
                      {.name = "immutable",
                       .type = boolean(),
                       .doc = "A tag, once pushed, never moves.",
                       .fallback = false},
                      {.name = "scan",
                       .type = boolean().opt(),
                       .doc = "ECR looks each image that is pushed through for known weaknesses.",
                       .platforms = {"aws"}},
                      {.name = "url",
                       .type = string(),
                       .doc = "What comes before the tag: \"localhost:5000/web\".",
                       .computed = true},
                  },
              .blocks = {{.name = "lifecycle", .doc = "Which old images are deleted.", .schema = make(lifecycle())}},
          }),
          .parent = "registry"};
}

Kind registry() {
  return {
      .schema = make({
          .name = "registry",
          .doc = "An OCI registry: an existing one, or a managed one on the platform.",
          .attributes =
              {
                  {.name = "endpoint",
                   .type = string().opt(),
                   .doc = "HOST:PORT of an existing registry; without it one is run on the platform: for several "
                          "machines with a "
                          "certificate and a password, which the nodes are given."},
                  {.name = "insecure", .type = boolean().opt(), .doc = "Plain HTTP; the default for localhost only."},
                  {.name = "username", .type = string().opt(), .doc = "Who signs in."},
                  {.name = "password", .type = string().as_secret().opt(), .doc = "With which password or token."},
                  {.name = "realm",
                   .type = string().opt(),
                   .doc = "Who may be sent the password to give out tokens, such as \"https://auth.example.org\"; "
                          "default: the registry itself and hosts of its own domain."},
                  {.name = "port",
                   .type = port(),
                   .doc = "The port of a managed registry on its node.",
                   .fallback = 5000},
                  {.name = "image",
                   .type = string(),
                   .doc = "The image of a managed registry.",
                   .fallback = "registry:2"},
              },
          .blocks = {{.name = "repository",
                      .doc = "The images of one name.",
                      .schema = repository().schema,
                      .labelled = true,
                      .times = Times::many,
                      .resource = true}},
      })};
}

}  // namespace infra::kinds
