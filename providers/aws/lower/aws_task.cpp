#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "providers/aws/lower/aws_containers.h"
#include "providers/aws/lower/capacity.h"

namespace infra::aws {

namespace {

constexpr std::int64_t kGibibyte = 1'073'741'824;

bool runs_on_fargate(const Lowering& lowering) {
  const auto* cluster = cluster_for_task(lowering, lowering.resource);
  return cluster == nullptr || is_fargate(lowering, *cluster);
}

// Secrets that stand in the task itself become secrets of the account: a definition can be read by many.
SecretReferences secrets_of(const Lowering& lowering, Lowered& out) {
  SecretReferences references;
  for (const auto& [label, container] : *lowering.resource.config["container"].map()) {
    const auto* secrets = container["secrets"].map();
    if (secrets == nullptr) continue;
    for (const auto& [name, value] : *secrets) {
      if (value.ref() != nullptr && lowering.referred(value) != nullptr && value.ref()->attribute.empty()) {
        references[label][name] = value;
        continue;
      }
      const auto part = fmt::format("secret-{}-{}", run_time_name(label), run_time_name(name));
      Map inputs;
      inputs.set("value", value);
      out.resources.push_back(make_part(lowering, part, "secret", std::move(inputs), Order::create_first));
      references[label][name] = part_of(lowering.resource, part, "reference");
    }
  }
  return references;
}

// A reference is ARN:::VERSION; a policy is about the ARN.
List secret_arns(const Lowering& lowering, const SecretReferences& references) {
  List out;
  for (const auto& [label, by_name] : references) {
    for (const auto& [name, value] : by_name) {
      const auto* ref = value.ref();
      const auto* declared = ref->address.is_owner() ? lowering.referred(value) : nullptr;
      Value arn = declared != nullptr ? given_by(lowering, *declared, "secret", "arn")
                                      : Value(Ref{.address = ref->address, .attribute = "arn"});
      if (std::find(out.begin(), out.end(), arn) == out.end()) out.push_back(std::move(arn));
    }
  }
  return out;
}

// What the agent in the containers needs to open the session of a command.
Map exec_role() {
  return entries(
      {{"service", "ecs-tasks.amazonaws.com"},
       {"allow", List{entries({{"Effect", "Allow"},
                               {"Action", List{"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
                                               "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"}},
                               {"Resource", List{"*"}}})}}});
}

bool needs_exec_role(const Resource& task) {
  const auto& aws = task.config["aws"];
  return aws["exec"] == Value(true) && aws["task_role"].is_null();
}

Map execution_role(const List& secret_arns) {
  Map out(std::vector<Entry>{{"service", "ecs-tasks.amazonaws.com"},
                             {"policies", List{"service-role/AmazonECSTaskExecutionRolePolicy"}}});
  if (!secret_arns.empty()) {
    out.set("allow",
            List{entries(
                {{"Effect", "Allow"}, {"Action", List{"secretsmanager:GetSecretValue"}}, {"Resource", secret_arns}})});
  }
  return out;
}

// Without anything stated a volume lives as long as its task.
List volumes_of(const Resource& task) {
  List out;
  const auto* volumes = task.config["volume"].map();
  if (volumes == nullptr) return out;
  for (const auto& [label, volume] : *volumes) {
    auto one = entries({{"name", label}});
    if (!volume["host"].is_null()) one.set("host", entries({{"sourcePath", volume["host"]}}));
    if (!volume["efs"].is_null()) {
      one.set("efsVolumeConfiguration", entries({{"fileSystemId", volume["efs"]}, {"transitEncryption", "ENABLED"}}));
    }
    out.emplace_back(std::move(one));
  }
  return out;
}

Map definition(const Lowering& lowering, const SecretReferences& secrets) {
  const auto& task = lowering.resource;
  const auto mode = network_mode(lowering, task);
  const bool fargate = runs_on_fargate(lowering);
  auto out = entries({{"networkMode", mode},
                      {"requiresCompatibilities", List{fargate ? "FARGATE" : "EC2"}},
                      {"containerDefinitions", container_definitions(lowering, mode, secrets)}});
  if (const auto* share = task.config["cpu"].get<Cpu>()) out.set("cpu", std::to_string(share->units_up()));
  if (const auto* size = task.config["memory"].get<Bytes>()) out.set("memory", std::to_string(size->count / kMebibyte));
  if (auto volumes = volumes_of(task); !volumes.empty()) out.set("volumes", std::move(volumes));
  const auto& aws = task.config["aws"];
  out.set("executionRoleArn",
          aws["execution_role"].is_null() ? part_of(task, "execution", "arn") : aws["execution_role"]);
  if (!aws["task_role"].is_null()) out.set("taskRoleArn", aws["task_role"]);
  if (needs_exec_role(task)) out.set("taskRoleArn", part_of(task, "role", "arn"));
  if (!aws["pid_mode"].is_null()) out.set("pidMode", aws["pid_mode"]);
  if (!aws["ipc_mode"].is_null()) out.set("ipcMode", aws["ipc_mode"]);
  if (const auto* disk = aws["ephemeral_storage"].get<Bytes>()) {
    out.set("ephemeralStorage", entries({{"sizeInGiB", disk->count / kGibibyte}}));
  }
  return out;
}

// ignore = [container.web.image]: the image is what the task's services run.
List images_run_elsewhere(const Lowering& lowering) {
  List out;
  for (const auto& container : kept_images(lowering.resource)) {
    for (const auto* user : users_of(lowering, lowering.resource)) {
      const auto* cluster = cluster_of(lowering, *user);
      if (user->address.kind != "service" || cluster == nullptr) continue;
      out.emplace_back(entries({{"container", container},
                                {"cluster", cluster->existing ? read_of(lowering, *cluster, "name")
                                                              : Value(name_for(lowering, *cluster, 255))},
                                {"service", name_for(lowering, *user, 255)}}));
    }
  }
  return out;
}

// Of a declared cluster the compiler has said it; what one that exists runs on is known now.
void check_size(const Lowering& lowering) {
  const auto& task = lowering.resource;
  if (!task.config["cpu"].is_null() && !task.config["memory"].is_null()) return;
  for (const auto* user : users_of(lowering, task)) {
    const auto* cluster = cluster_of(lowering, *user);
    const bool read = cluster != nullptr && cluster->existing && lowering.context.outputs(cluster->address) != nullptr;
    if (!read || !is_fargate(lowering, *cluster)) continue;
    lowering.diagnostics
        .error("E0401", task.span, fmt::format("task `{}` needs `cpu` and `memory` on Fargate", task.address.path),
               "states only what it has to on instances",
               "Fargate gives a task exactly what it states: add for example cpu = 0.25vcpu and memory = 512MiB")
        .secondary.push_back({cluster->span, "this cluster runs on Fargate"});
    return;
  }
}

}  // namespace

Lowered lower_task(const Lowering& lowering) {
  const auto& task = lowering.resource;
  if (task.config["container"].map() == nullptr) return engine::nothing(lowering, {""});
  check_size(lowering);
  Lowered out;
  const auto secrets = secrets_of(lowering, out);
  Map logs;
  logs.set("name",
           fmt::format("/infra/{}/{}", run_time_name(lowering.context.stack), run_time_name(task.address.path)));
  out.resources.push_back(make_part(lowering, "logs", "log_group", std::move(logs), Order::destroy_first));
  if (task.config["aws"]["execution_role"].is_null()) {
    out.resources.push_back(
        make_part(lowering, "execution", "role", execution_role(secret_arns(lowering, secrets)), Order::create_first));
  }
  if (needs_exec_role(task)) {
    out.resources.push_back(make_part(lowering, "role", "role", exec_role(), Order::create_first));
  }
  Map inputs(
      std::vector<Entry>{{"family", name_for(lowering, task, 255)}, {"definition", definition(lowering, secrets)}});
  if (auto kept = images_run_elsewhere(lowering); !kept.empty()) inputs.set("kept_images", std::move(kept));
  out.resources.push_back(make_part(lowering, "definition", "task_definition", std::move(inputs), Order::create_first));
  out.outputs = entries({{"", part_of(task, "definition", "arn")}});
  return out;
}

}  // namespace infra::aws
