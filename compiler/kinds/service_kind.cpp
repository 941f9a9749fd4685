#include "compiler/kinds/kinds_of.h"

#include "facts/rollout.h"

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
              {.name = "settle",
               .type = duration(),
               .doc = "How long a copy without a health check has to run before it counts as healthy.",
               .fallback = Value(facts::kSettlingTime)},
              {.name = "deadline",
               .type = duration().opt(),
               .doc = "A new version that isn't complete by then has failed; default: by number and start time of "
                      "copies."},
          },
  };
}

static Schema route_health() {
  return {
      .name = "health",
      .doc = "How the load balancer tells whether a copy works.",
      .attributes =
          {
              {.name = "path", .type = string().matching("/.*"), .doc = "What it asks for.", .fallback = "/"},
              {.name = "every",
               .type = duration(),
               .doc = "Time between two checks.",
               .fallback = Value(Duration{30'000})},
              {.name = "timeout",
               .type = duration(),
               .doc = "A check that takes longer has failed.",
               .fallback = Value(Duration{6'000})},
              {.name = "healthy",
               .type = integer().between(2, 10),
               .doc = "So many good checks in a row make it healthy.",
               .fallback = 5},
              {.name = "unhealthy",
               .type = integer().between(2, 10),
               .doc = "So many failures in a row make it unhealthy.",
               .fallback = 2},
          },
  };
}

static Schema route() {
  return {
      .name = "route",
      .doc = "Requests of a load balancer that go to this service.",
      .attributes =
          {
              {.name = "listener", .type = ref("listener"), .doc = "Where they come in.", .required = true},
              {.name = "to",
               .type = ref("port"),
               .doc = "The port that gets them, as CONTAINER.PORT of the task: `web.http`.",
               .required = true},
              {.name = "path",
               .type = string().matching("/.*"),
               .doc = "Only paths like this; * stands for anything.",
               .fallback = "/*"},
              {.name = "host", .type = string().opt(), .doc = "Only requests for this host name."},
              {.name = "drain",
               .type = duration(),
               .doc = "How long a stopping copy may finish what it has begun.",
               .fallback = Value(Duration{300'000})},
              {.name = "slow_start",
               .type = duration(),
               .doc = "How long a new copy gets fewer requests; 0s: not at all.",
               .fallback = Value(Duration{0})},
          },
      .blocks = {{.name = "health", .doc = "How the load balancer checks a copy.", .schema = make(route_health())}},
  };
}

static Schema scale() {
  return {
      .name = "scale",
      .doc = "How many copies run is decided by their load.",
      .attributes =
          {
              {.name = "range",
               .type = range(integer()),
               .doc = "The least and the most copies, such as 2..10.",
               .required = true},
              {.name = "target_cpu", .type = percent().opt(), .doc = "The CPU use that is aimed at."},
              {.name = "target_memory", .type = percent().opt(), .doc = "The memory use that is aimed at."},
              {.name = "target_requests",
               .type = integer().between(1, 1'000'000'000).opt(),
               .doc = "The requests for each copy and minute that are aimed at; needs a `route`."},
              {.name = "cooldown",
               .type = duration(),
               .doc = "Time between two changes of the number.",
               .fallback = Value(Duration{300'000})},
          },
  };
}

static Schema place() {
  return {
      .name = "place",
      .doc = "Which nodes the copies run on.",
      .attributes =
          {
              {.name = "spread",
               .type = any_of({one_of({"zone", "node"}), string()}).opt(),
               .doc = "Evenly over zones, nodes, or the values of another label."},
              {.name = "binpack",
               .type = one_of({"cpu", "memory"}).opt(),
               .doc = "On as few nodes as possible, by this resource."},
              {.name = "distinct", .type = boolean(), .doc = "Each copy on a node of its own.", .fallback = false},
              {.name = "where",
               .type = map(string()),
               .doc = "Only on nodes with these labels: { disk: \"ssd\" }.",
               .fallback = Value(Map())},
          },
  };
}

static Schema service_kubernetes() {
  return {
      .name = "kubernetes",
      .doc = "What only Kubernetes has for a service.",
      .attributes = {{.name = "selector",
                      .type = map(string()),
                      .doc = "The labels by which its pods are found, for a Deployment that was there before: they "
                             "can't be changed. Default: one of infra's own.",
                      .fallback = Value(Map()),
                      .change = OnChange::replace}},
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
                   .type = list(ref("subnet")).between(1, 16).opt(),
                   .doc =
                       "The subnets of awsvpc tasks: on AWS each task is in one of them, on nodes in all. Default: the "
                       "private ones of the cluster's vpc, or all if none is private; on nodes the first of these."},
                  {.name = "urls",
                   .type = list(string()),
                   .doc = "Where it answers: its routes' URLs, else the tcp ports of each copy.",
                   .computed = true},
                  {.name = "address",
                   .type = string(),
                   .doc = "A name or address that stays: in a vpc a name that all copies share.",
                   .computed = true},
              },
          .blocks =
              {
                  {.name = "deploy", .doc = "How a new version replaces the old one.", .schema = make(deploy())},
                  {.name = "route",
                   .doc = "Requests of a load balancer that go to this service.",
                   .schema = make(route()),
                   .times = Times::many},
                  {.name = "scale", .doc = "How many copies run is decided by their load.", .schema = make(scale())},
                  {.name = "place", .doc = "Which nodes the copies run on.", .schema = make(place())},
                  {.name = "kubernetes",
                   .doc = "What only Kubernetes has for a service.",
                   .schema = make(service_kubernetes()),
                   .platforms = {"kubernetes"}},
              },
      })};
}

}  // namespace infra::kinds
