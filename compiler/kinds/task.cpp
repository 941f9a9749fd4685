#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

static Schema port_block() {
  return {
      .name = "port",
      .doc = "A port that the container listens on.",
      .attributes =
          {
              {.name = "container", .type = port(), .doc = "The port inside the container.", .required = true},
              {.name = "host",
               .type = any_of({port(), one_of({"dynamic"})}).opt(),
               .doc = "The node's port in bridge mode: a number, or `dynamic` (the default)."},
              {.name = "protocol", .type = one_of({"tcp", "udp"}), .doc = "The transport.", .fallback = "tcp"},
          },
  };
}

static Schema health() {
  return {
      .name = "health",
      .doc = "A command inside the container that says whether it works; exit code 0 is healthy.",
      .attributes =
          {
              {.name = "command",
               .type = list(string()).between(1, 1000),
               .doc = "The program and its arguments.",
               .required = true},
              {.name = "every",
               .type = duration(),
               .doc = "Time between two checks.",
               .fallback = Value(Duration{30'000})},
              {.name = "timeout",
               .type = duration(),
               .doc = "A check that takes longer has failed.",
               .fallback = Value(Duration{5'000})},
              {.name = "retries",
               .type = integer().between(1, 100),
               .doc = "So many failures in a row make it unhealthy.",
               .fallback = 3},
              {.name = "grace",
               .type = duration(),
               .doc = "Failures this early don't count.",
               .fallback = Value(Duration{0})},
          },
  };
}

static Schema container() {
  const Type text = any_of({string(), integer(), boolean()});
  return {
      .name = "container",
      .doc = "One container of the task.",
      .attributes =
          {
              {.name = "image",
               .type = any_of({ref("image"), string()}),
               .doc = "An `image` of the stack, or a name like \"redis:7\".",
               .required = true},
              {.name = "entrypoint", .type = list(string()).opt(), .doc = "Instead of the image's ENTRYPOINT."},
              {.name = "command", .type = list(string()).opt(), .doc = "Instead of the image's CMD."},
              {.name = "env",
               .type = map(text.opt()),
               .doc = "Environment variables; null leaves one unset.",
               .fallback = Value(Map())},
              {.name = "secrets",
               .type = map(string().as_secret()),
               .doc = "Environment variables whose values are secret.",
               .fallback = Value(Map())},
              {.name = "cpu", .type = cpu().opt(), .doc = "Its share of the CPU."},
              {.name = "memory", .type = bytes().opt(), .doc = "The hard limit: a container above it is killed."},
              {.name = "memory_reservation",
               .type = bytes().opt(),
               .doc = "The soft limit: memory that is kept for it."},
              {.name = "essential", .type = boolean(), .doc = "When it stops the whole task stops.", .fallback = true},
              {.name = "user", .type = string().opt(), .doc = "The user, or UID:GID, that it runs as."},
              {.name = "working_dir", .type = string().opt(), .doc = "The folder that it starts in."},
              {.name = "read_only",
               .type = boolean(),
               .doc = "Its root file system can't be written.",
               .fallback = false},
              {.name = "stop_timeout",
               .type = duration(),
               .doc = "Time between SIGTERM and SIGKILL.",
               .fallback = Value(Duration{30'000})},
              {.name = "start_timeout",
               .type = duration(),
               .doc = "Time to become healthy.",
               .fallback = Value(Duration{120'000})},
              {.name = "after",
               .type = map(one_of({"started", "completed", "succeeded", "healthy"})),
               .doc = "Containers of the task that must have come so far first: { db: healthy }.",
               .fallback = Value(Map())},
              {.name = "labels", .type = map(string()), .doc = "Labels of the container.", .fallback = Value(Map())},
          },
      .blocks =
          {
              {.name = "port",
               .doc = "A port that it listens on.",
               .schema = make(port_block()),
               .labelled = true,
               .times = Times::many},
              {.name = "health", .doc = "How to tell whether it works.", .schema = make(health())},
          },
  };
}

Kind task() {
  return {.schema = make({
              .name = "task",
              .doc = "What runs together: one or more containers with their limits (an ECS task definition).",
              .attributes =
                  {
                      {.name = "network",
                       .type = one_of({"host", "bridge", "awsvpc", "none"}).opt(),
                       .doc = "The network mode; default: awsvpc where the cluster has a vpc, else bridge."},
                      {.name = "cpu", .type = cpu().opt(), .doc = "CPU of the whole task."},
                      {.name = "memory", .type = bytes().opt(), .doc = "Memory of the whole task."},
                  },
              .blocks = {{.name = "container",
                          .doc = "One container.",
                          .schema = make(container()),
                          .labelled = true,
                          .times = Times::many}},
          })};
}

}  // namespace infra::kinds
