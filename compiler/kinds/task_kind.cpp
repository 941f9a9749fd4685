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

static Schema container_aws() {
  return {
      .name = "aws",
      .doc = "What only ECS has for a container.",
      .attributes =
          {
              {.name = "privileged",
               .type = boolean(),
               .doc = "All rights of the instance; not on Fargate.",
               .fallback = false},
              {.name = "shared_memory", .type = bytes().opt(), .doc = "The size of /dev/shm; not on Fargate."},
              {.name = "swap", .type = bytes().opt(), .doc = "Swap space that the container may use; not on Fargate."},
              {.name = "add_capabilities",
               .type = list(string()),
               .doc = "Linux capabilities beside the usual ones; on Fargate SYS_PTRACE only.",
               .fallback = Value(List())},
              {.name = "log_driver",
               .type = string().opt(),
               .doc = "Such as \"awslogs\"; on Fargate awslogs, splunk or awsfirelens."},
          },
  };
}

// What container engines have, and what Kubernetes has as well.
static std::vector<std::string> engines() { return {"nodes", "simulator"}; }
static std::vector<std::string> engines_and_clusters() { return {"kubernetes", "nodes", "simulator"}; }

static Schema file_block() {
  return {
      .name = "file",
      .doc = "A file in the container, there before its program starts; another content is a rollout.",
      .attributes =
          {
              {.name = "content",
               .type = any_of({string(), string().as_secret(), ref("secret")}),
               .doc = "What stands in it: a text, read(\"app.conf\") of the stack's folder, or a secret, which is in "
                      "memory only (tmpfs): best below /run/secrets.",
               .required = true},
              {.name = "mode",
               .type = string().matching("0?[0-7]{3}").opt(),
               .doc = "Its permissions; default \"0644\", of a secret \"0444\"."},
              {.name = "owner",
               .type = string().matching("[0-9]{1,9}(:[0-9]{1,9})?").opt(),
               .doc = "UID, or UID:GID; default root."},
          },
  };
}

static Schema capabilities() {
  const auto names = list(string().matching("ALL|[A-Z_]{3,40}"));
  return {
      .name = "capabilities",
      .doc = "Linux capabilities, as \"NET_ADMIN\".",
      .attributes =
          {
              {.name = "add", .type = names, .doc = "Beside the engine's usual ones.", .fallback = Value(List())},
              {.name = "drop",
               .type = names,
               .doc = "Not these; \"ALL\" leaves what is added.",
               .fallback = Value(List())},
          },
  };
}

static Schema log() {
  return {
      .name = "log",
      .doc = "Where what it writes goes. Unless told otherwise the engine's default driver, three files of 10MiB.",
      .attributes =
          {
              {.name = "driver",
               .type = string().matching("[a-z0-9-]+").opt(),
               .doc = "Such as \"json-file\" or \"journald\"."},
              {.name = "max_size",
               .type = bytes(),
               .doc = "A file that is larger is put aside.",
               .fallback = Value(Bytes{std::int64_t{10} << 20U})},
              {.name = "max_files",
               .type = integer().between(1, 1000),
               .doc = "So many files are kept.",
               .fallback = 3},
              {.name = "options",
               .type = map(string()),
               .doc = "More options of the driver.",
               .fallback = Value(Map())},
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
               .type = map(any_of({string().as_secret(), ref("secret")})),
               .doc = "Environment variables whose values are secret: params of type Secret<String>, or `secret`s.",
               .fallback = Value(Map())},
              {.name = "cpu", .type = cpu().opt(), .doc = "Its share of the CPU."},
              {.name = "memory", .type = bytes().opt(), .doc = "The hard limit: a container above it is killed."},
              {.name = "memory_reservation",
               .type = bytes().opt(),
               .doc = "The soft limit: memory that is kept for it."},
              {.name = "essential", .type = boolean(), .doc = "When it stops the whole task stops.", .fallback = true},
              {.name = "user", .type = string().opt(), .doc = "The user, or UID:GID, that it runs as."},
              {.name = "working_dir", .type = string().matching("/.*").opt(), .doc = "The folder that it starts in."},
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
              {.name = "mounts",
               .type = map(string().matching("/.*")).opt(),
               .doc = "Where the task's volumes appear: { data: \"/var/lib/data\" }."},
              {.name = "ulimits",
               .type = map(integer().between(-1, 1'000'000'000'000)),
               .doc = "Limits of its processes: { nofile: 65536 }; -1 is none.",
               .fallback = Value(Map()),
               .platforms = engines()},
              {.name = "tmpfs",
               .type = map(bytes()),
               .doc = "Folders in memory with their sizes: { \"/tmp\": 64MiB }.",
               .fallback = Value(Map()),
               .platforms = engines_and_clusters()},
              {.name = "labels", .type = map(string()), .doc = "Labels of the container.", .fallback = Value(Map())},
          },
      .blocks =
          {
              {.name = "file",
               .doc = "A file, by its path: file \"/etc/app.conf\" { content = read(\"app.conf\") }.",
               .schema = make(file_block()),
               .labelled = true,
               .times = Times::many,
               .platforms = engines_and_clusters()},
              {.name = "capabilities",
               .doc = "Linux capabilities.",
               .schema = make(capabilities()),
               .platforms = engines_and_clusters()},
              {.name = "log", .doc = "Where what it writes goes.", .schema = make(log()), .platforms = engines()},
              {.name = "port",
               .doc = "A port that it listens on.",
               .schema = make(port_block()),
               .labelled = true,
               .times = Times::many},
              {.name = "health", .doc = "How to tell whether it works.", .schema = make(health())},
              {.name = "aws",
               .doc = "What only ECS has for a container.",
               .schema = make(container_aws()),
               .platforms = {"aws"}},
          },
  };
}

static Schema volume() {
  return {
      .name = "volume",
      .doc = "Storage that the task's containers can mount; without anything stated it lives as long as the task.",
      .attributes =
          {
              {.name = "host", .type = string().matching("/.*").opt(), .doc = "A folder of the node; not on Fargate."},
              {.name = "name",
               .type = string().matching("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,62}").opt(),
               .doc = "A volume of the node that outlives the task and is never removed with it: the task stays where "
                      "its data is, and a new copy starts after the old one has ended.",
               .platforms = engines()},
              {.name = "efs",
               .type = string().matching("fs-[0-9a-f]+").opt(),
               .doc = "An EFS file system of AWS.",
               .platforms = {"aws"}},
          },
  };
}

static Schema task_aws() {
  return {
      .name = "aws",
      .doc = "What only ECS has for a task.",
      .attributes =
          {
              {.name = "task_role", .type = string().opt(), .doc = "The ARN of the role that its programs have."},
              {.name = "exec",
               .type = boolean(),
               .doc =
                   "Commands may be run in its containers (ECS Exec): `infra exec`. Its role is one that is made then, "
                   "unless `task_role` says otherwise.",
               .fallback = false},
              {.name = "execution_role",
               .type = string().opt(),
               .doc = "The ARN of the role that pulls images and reads secrets; default: one is made."},
              {.name = "ephemeral_storage",
               .type = bytes().opt(),
               .doc = "Disk of a Fargate task, 21GiB to 200GiB; only on Fargate."},
              {.name = "pid_mode",
               .type = one_of({"host", "task"}).opt(),
               .doc = "Whose processes its containers see; on Fargate `task` only."},
              {.name = "ipc_mode",
               .type = one_of({"host", "task", "none"}).opt(),
               .doc = "Whose shared memory its containers see; not on Fargate."},
          },
  };
}

static Schema task_kubernetes() {
  return {
      .name = "kubernetes",
      .doc = "What only Kubernetes has for a task's pods.",
      .attributes =
          {
              {.name = "service_account",
               .type = string().opt(),
               .doc = "Who its programs are to the cluster's API; default: they get no token."},
              {.name = "priority_class", .type = string().opt(), .doc = "The PriorityClass of its pods."},
              {.name = "runtime_class", .type = string().opt(), .doc = "The RuntimeClass that runs its containers."},
              {.name = "annotations",
               .type = map(string()),
               .doc = "Annotations of its pods.",
               .fallback = Value(Map())},
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
              .blocks =
                  {
                      {.name = "container",
                       .doc = "One container.",
                       .schema = make(container()),
                       .labelled = true,
                       .times = Times::many},
                      {.name = "volume",
                       .doc = "Storage that its containers can mount.",
                       .schema = make(volume()),
                       .labelled = true,
                       .times = Times::many},
                      {.name = "aws",
                       .doc = "What only ECS has for a task.",
                       .schema = make(task_aws()),
                       .platforms = {"aws"}},
                      {.name = "kubernetes",
                       .doc = "What only Kubernetes has for a task's pods.",
                       .schema = make(task_kubernetes()),
                       .platforms = {"kubernetes"}},
                  },
          })};
}

}  // namespace infra::kinds
