#include "providers/engine/jobs/job.h"
#include "providers/engine/types/type_schemas.h"

namespace infra::engine {

using namespace infra::types;

namespace {

Attribute changing(std::string name, Type type, std::string doc, std::optional<Value> fallback) {
  return {.name = std::move(name), .type = std::move(type), .doc = std::move(doc), .fallback = std::move(fallback)};
}

Attribute seen_of_run(std::string name, Type type, std::string doc) {
  return {.name = std::move(name), .type = std::move(type), .doc = std::move(doc), .computed = true};
}

}  // namespace

Schema job_run_type() {
  return {
      .name = kJobRun,
      .doc =
          "One run of a job: all containers of its task, on one node. It has succeeded when the first essential "
          "container that ends does so with exit code 0; the others are stopped then. Its containers stay, for their "
          "logs, until the next run.",
      .attributes =
          {
              needed("name", string(), "The start of its containers' names."),
              needed("mode", one_of({"bridge", "host", "none", "network"}), "How its containers are connected."),
              needed("containers", map(Type()), "Label → a container's inputs, and `essential`, `after`."),
              fixed("reserve", map(Type()), "The cpu and memory that its task asks for.", Value(Map())),
              fixed("after", map(Type()), "What the tasks of services are made from, after whose deployments it runs.",
                    Value(Map())),
              changing("nodes", map(Type()), "The nodes that it may run on, and the networks that it joins there.",
                       Value(Map())),
              changing("schedule", map(Type()), "When a loop runs it: cron, zone, overlap, deadline.", Value(Map())),
              fixed("due", string(), "The time of the schedule that it was run for; empty: it has none.", Value("")),
              changing("timeout", duration(), "A run that takes longer is stopped and has failed.",
                       Value(Duration{3'600'000})),
              changing("access", map(Type()), "Label → who signs in to the registry of its image.", Value(Map())),
              seen_of_run("node", string(), "The node that it ran on."),
              seen_of_run("exit_code", integer().opt(), "How it ended; null while it runs."),
              seen_of_run("containers", map(string()), "Label → the engine's id of the container."),
          },
  };
}

Schema delete_hook_type() {
  return {
      .name = kDeleteHook,
      .doc =
          "What a run is made from that comes before a service is deleted: recorded when the service is deployed, for "
          "then its declaration is there. It stands for nothing outside.",
      .attributes =
          {
              changing("before_delete", string(), "The service.", {}),
              changing("name", string(), "The start of its containers' names.", {}),
              changing("mode", one_of({"bridge", "host", "none", "network"}), "How its containers are connected.", {}),
              changing("containers", map(Type()), "Label → a container's inputs, and `essential`, `after`.", {}),
              changing("reserve", map(Type()), "The cpu and memory that its task asks for.", Value(Map())),
              changing("nodes", map(Type()), "The nodes that it may run on, and the networks that it joins there.",
                       Value(Map())),
              changing("timeout", duration(), "A run that takes longer is stopped and has failed.",
                       Value(Duration{3'600'000})),
              changing("access", map(Type()), "Label → who signs in to the registry of its image.", Value(Map())),
              seen_of_run("run", string(), "All of this, encrypted if it holds secrets."),
          },
  };
}

}  // namespace infra::engine
