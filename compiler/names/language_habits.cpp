#include "compiler/names/language_habits.h"

#include <algorithm>
#include <array>

namespace infra {
namespace {

struct Habit {
  std::string_view word;
  std::string_view help;
  std::string_view kind = {};  // only there; empty: anywhere
};

constexpr auto kHabitsOfKinds = std::to_array<Habit>({
    {"backend", "where the state is belongs to an environment: env NAME { state = \"…\" }, or to --state"},
    {"configmap", "give the values as `env` of a container"},
    {"container", "a container belongs inside a task: task NAME { container NAME { image = \"…\" } }"},
    {"data", "write `existing KIND NAME { }` for what isn't this stack's"},
    {"deployment", "write `service NAME { cluster = …; task = … }`"},
    {"docker_container", "write `task NAME { container NAME { } }` and `service NAME { task = NAME }`"},
    {"docker_image", "write `image NAME { context = \"./folder\" }`, or name the image in the container"},
    {"docker_network", "write `vpc NAME { cidr = … }`"},
    {"environment", "write `env NAME { }`"},
    {"import", "write `import = \"ID\"` in the declaration, or run `infra import ADDRESS ID`"},
    {"ingress", "write `load_balancer NAME { listener NAME { port = 80 } }`"},
    {"locals", "write `let NAME = …` for each"},
    {"namespace", "write `cluster NAME { }`"},
    {"network", "write `vpc NAME { cidr = … }`"},
    {"networks", "write `vpc NAME { cidr = … }`"},
    {"pod", "write `task NAME { container NAME { } }`"},
    {"provider", "write a platform: `nodes NAME { }`, `aws NAME { }` or `kubernetes NAME { }`"},
    {"resource", "write the kind first, then the name: `service web { }`"},
    {"services", "write `service NAME { }` for each"},
    {"task_definition", "write `task NAME { }`"},
    {"terraform", "there is no such block: platforms are blocks of their own, the state is chosen by --state"},
    {"variable", "write `param NAME: TYPE = DEFAULT`"},
    {"volumes", "a volume belongs inside its task: task NAME { volume NAME { } }"},
});

constexpr auto kHabitsOfAttributes = std::to_array<Habit>({
    {"build", "build it in a block of its own, `image NAME { context = \"./folder\" }`, and write `image = NAME`"},
    {"cmd", "write `command = [\"…\"]`"},
    {"count", "write `desired = 2`", "service"},
    {"count", "write `for x in xs { … }` around the block"},
    {"cpus", "write `cpu = 0.5vcpu`"},
    {"depends", "write `depends_on = [NAME]`"},
    {"desired_count", "write `desired = 2`", "service"},
    {"entry_point", "write `entrypoint = [\"…\"]`"},
    {"environment", "write `env = { NAME: \"value\" }`"},
    {"environment_variables", "write `env = { NAME: \"value\" }`"},
    {"for_each", "write `for x in xs { … }` around the block"},
    {"healthcheck", "write `health { command = [\"…\"] }`"},
    {"image", "the image belongs to a container: container NAME { image = \"…\" }", "service"},
    {"image", "the image belongs to a container: container NAME { image = \"…\" }", "task"},
    {"liveness_probe", "write `health { command = [\"…\"] }`"},
    {"mem_limit", "write `memory = 512MiB`"},
    {"networks", "the network belongs to the cluster: cluster NAME { vpc = … }"},
    {"port_mappings", "write `port NAME { container = 80 }` in the container"},
    {"ports", "write `port NAME { container = 80 }` in the container; `host = 8080` fixes the node's port"},
    {"replicas", "write `desired = 2`", "service"},
    {"replicas", "the number of copies belongs to the service: service NAME { desired = 2 }"},
    {"restart", "leave it out: a service is kept running"},
    {"restart_policy", "leave it out: a service is kept running"},
    {"tags", "write `labels = { NAME: \"value\" }`"},
    {"volumes", "declare `volume NAME { }` in the task, and write `mounts = { NAME: \"/path\" }` in the container"},
});

constexpr auto kHabitsOfPlatforms = std::to_array<Habit>({
    {"docker", "declare where the engines are, `nodes here { node a { } }`, and write `platform = here`"},
    {"eks", "declare the cluster's access, `kubernetes k { }`, and write `platform = k`"},
    {"fargate", "declare the account, `aws cloud { region = \"…\" }`, and write `platform = cloud`"},
    {"k8s", "declare the cluster's access, `kubernetes k { }`, and write `platform = k`"},
    {"local", "declare where the engines are, `nodes here { node a { } }`, and write `platform = here`"},
    {"nodes", "name a block of that kind: `nodes here { node a { } }`, and write `platform = here`"},
    {"podman", "declare where the engines are, `nodes here { node a { } }`, and write `platform = here`"},
});

template <class Table>
std::string found_in(const Table& table, std::string_view word, std::string_view kind) {
  const auto at =
      std::ranges::find_if(table, [&](const Habit& h) { return h.word == word && (h.kind.empty() || h.kind == kind); });
  return at == table.end() ? std::string() : std::string(at->help);
}

}  // namespace

std::string habit_of_kind(std::string_view word) { return found_in(kHabitsOfKinds, word, ""); }

std::string habit_of_attribute(std::string_view kind, std::string_view word) {
  return found_in(kHabitsOfAttributes, word, kind);
}

std::string habit_of_platform(std::string_view word) { return found_in(kHabitsOfPlatforms, word, ""); }

}  // namespace infra
