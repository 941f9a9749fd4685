#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

Kind job() {
  return {
      .schema = make({
          .name = "job",
          .doc = "One run of a task that is waited for, such as a migration before a service (ECS RunTask).",
          .attributes =
              {
                  {.name = "cluster", .type = ref("cluster"), .doc = "Where it runs.", .required = true},
                  {.name = "task", .type = ref("task"), .doc = "What it runs.", .required = true},
                  {.name = "before",
                   .type = list(ref("service")),
                   .doc = "Services that start, or change, only after it has succeeded.",
                   .fallback = Value(List()),
                   .waited_for = true},
                  {.name = "after",
                   .type = list(ref("service")),
                   .doc = "Services after whose deployments it runs: once for each revision of their tasks.",
                   .fallback = Value(List())},
                  {.name = "subnets",
                   .type = list(ref("subnet")).between(1, 16).opt(),
                   .doc = "The subnets of an awsvpc task; default: the private ones of the cluster's vpc, else all."},
                  {.name = "timeout",
                   .type = duration(),
                   .doc = "A run that takes longer has failed.",
                   .fallback = Value(Duration{3'600'000})},
              },
      })};
}

}  // namespace infra::kinds
