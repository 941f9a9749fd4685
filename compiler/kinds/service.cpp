#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

static Schema deploy() {
  return {
      .name = "deploy",
      .doc = "How a new version replaces the old one.",
      .attributes =
          {
              {.name = "min",
               .type = percent(),
               .doc = "How many of `desired` stay healthy meanwhile.",
               .fallback = Value(Percent{100})},
              {.name = "max",
               .type = percent(),
               .doc = "How many run at once at most.",
               .fallback = Value(Percent{200})},
              {.name = "rollback",
               .type = one_of({"on_failure", "never"}),
               .doc = "What happens when the new version doesn't become healthy.",
               .fallback = "on_failure"},
          },
  };
}

Kind service() {
  return {
      .schema = make({
          .name = "service",
          .doc = "A task that is kept running, so many times (an ECS service).",
          .attributes =
              {
                  {.name = "cluster", .type = ref("cluster"), .doc = "Where it runs.", .required = true},
                  {.name = "task", .type = ref("task"), .doc = "What it runs.", .required = true},
                  {.name = "desired", .type = integer().between(0, 10'000), .doc = "How many copies.", .fallback = 1},
                  {.name = "daemon",
                   .type = boolean(),
                   .doc = "One copy on each node instead of `desired`.",
                   .fallback = false},
                  {.name = "subnets",
                   .type = list(ref("subnet")).opt(),
                   .doc = "The subnets of awsvpc tasks; default: the private ones of the cluster's vpc, else all."},
                  {.name = "urls",
                   .type = list(string()),
                   .doc = "Where each copy's tcp ports answer.",
                   .computed = true},
                  {.name = "address", .type = string(), .doc = "The address of the first copy.", .computed = true},
              },
          .blocks = {{.name = "deploy",
                      .doc = "How a new version replaces the old one.",
                      .schema = make(deploy()),
                      .times = Times::at_most_once}},
      })};
}

}  // namespace infra::kinds
