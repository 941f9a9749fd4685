#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

static Schema schedule() {
  return {
      .name = "schedule",
      .doc =
          "It runs at these times, on container engines by `infra watch`, on Kubernetes by a CronJob, on AWS by "
          "EventBridge Scheduler; it waits for nothing, and nothing waits for it.",
      .attributes =
          {
              {.name = "cron",
               .type = string(),
               .doc = "Minute, hour, day of the month, month, day of the week, as cron has them: \"0 3 * * *\".",
               .required = true},
              {.name = "zone", .type = string(), .doc = "The time zone, such as \"Europe/Berlin\".", .fallback = "UTC"},
              {.name = "overlap",
               .type = one_of({"forbid", "allow", "replace"}),
               .doc = "While an earlier run still goes on: no new one, one beside it, or one instead of it. On AWS one "
                      "beside "
                      "it is all that can be had.",
               .fallback = "forbid"},
              {.name = "deadline",
               .type = duration(),
               .doc = "A run that couldn't begin so long after its time is left out.",
               .fallback = Value(Duration{600'000})},
          },
  };
}

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
                  {.name = "before_delete",
                   .type = list(ref("service")),
                   .doc = "Services before whose deletion it runs, and only then. What it runs is recorded while they "
                          "are there; a run that fails keeps the service.",
                   .fallback = Value(List()),
                   .platforms = {"nodes", "simulator"}},
                  {.name = "subnets",
                   .type = list(ref("subnet")).between(1, 16).opt(),
                   .doc = "The subnets of an awsvpc task, as a service's."},
                  {.name = "timeout",
                   .type = duration(),
                   .doc = "A run that takes longer has failed.",
                   .fallback = Value(Duration{3'600'000})},
              },
          .blocks = {{.name = "schedule",
                      .doc = "When it runs again and again.",
                      .schema = make(schedule()),
                      .platforms = {"nodes", "simulator", "kubernetes", "aws"}}},
      })};
}

}  // namespace infra::kinds
