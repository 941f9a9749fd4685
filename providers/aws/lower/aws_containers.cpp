#include "providers/aws/lower/aws_containers.h"

namespace infra::aws {

namespace {

// What isn't known yet may come out as a number; joining it alone makes a text of it.
Value text_of_any(const Value& value) {
  if (!value.known()) return infra::Call{.function = "interpolate", .arguments = {value}};
  const auto text = to_text(value);
  return text ? Value(*text) : value;
}

void set_seconds(Map& out, const char* name, const Value& value) {
  if (const auto* time = value.get<Duration>()) out.set(name, time->ms / 1000);
}

void set_mebibytes(Map& out, const char* name, const Value& value) {
  if (const auto* size = value.get<Bytes>()) out.set(name, size->count / kMebibyte);
}

void copy_as(Map& out, const Value& container, std::initializer_list<std::pair<const char*, const char*>> names) {
  for (const auto& [ours, theirs] : names) {
    if (!container[ours].is_null()) out.set(theirs, container[ours]);
  }
}

List environment_of(const Value& container) {
  List out;
  if (const auto* variables = container["env"].map()) {
    for (const auto& [name, value] : *variables) {
      if (!value.is_null()) out.emplace_back(entries({{"name", name}, {"value", text_of_any(value)}}));
    }
  }
  return out;
}

List ports_of(const Value& container, const std::string& mode) {
  List out;
  const auto* ports = container["port"].map();
  if (ports == nullptr) return out;
  for (const auto& [label, port] : *ports) {
    auto one = entries({{"containerPort", port["container"]}, {"protocol", port["protocol"]}, {"name", label}});
    if (mode != "awsvpc" && port["host"].integer() != nullptr) one.set("hostPort", port["host"]);
    out.emplace_back(std::move(one));
  }
  return out;
}

Value health_of(const Value& health) {
  if (health.is_null()) return {};
  List command{"CMD"};
  for (const auto& word : *health["command"].list()) command.push_back(word);
  auto out = entries({{"command", std::move(command)}, {"retries", health["retries"]}});
  set_seconds(out, "interval", health["every"]);
  set_seconds(out, "timeout", health["timeout"]);
  set_seconds(out, "startPeriod", health["grace"]);
  return out;
}

List mounts_of(const Value& container) {
  List out;
  const auto* mounts = container["mounts"].map();
  if (mounts == nullptr) return out;
  for (const auto& [volume, path] : *mounts) {
    out.emplace_back(entries({{"sourceVolume", volume}, {"containerPath", path}}));
  }
  return out;
}

List dependencies_of(const Value& container) {
  List out;
  const auto* after = container["after"].map();
  if (after == nullptr) return out;
  for (const auto& [label, condition] : *after) {
    const auto* text = condition.string();
    const auto* word = text == nullptr || *text == "started" ? "START"
                       : *text == "completed"                ? "COMPLETE"
                       : *text == "succeeded"                ? "SUCCESS"
                                                             : "HEALTHY";
    out.emplace_back(entries({{"containerName", label}, {"condition", word}}));
  }
  return out;
}

Value linux_of(const Value& aws) {
  Map out;
  if (const auto* added = aws["add_capabilities"].list(); added != nullptr && !added->empty()) {
    out.set("capabilities", entries({{"add", *added}}));
  }
  set_mebibytes(out, "sharedMemorySize", aws["shared_memory"]);
  set_mebibytes(out, "maxSwap", aws["swap"]);
  return out.empty() ? Value() : Value(std::move(out));
}

Map log_configuration(const Lowering& lowering, const std::string& label, const Value& aws) {
  const auto driver = to_text(aws["log_driver"]).value_or("awslogs");
  if (driver != "awslogs" && !aws["log_driver"].is_null()) return entries({{"logDriver", driver}});
  return entries({{"logDriver", "awslogs"},
                  {"options", entries({{"awslogs-group", part_of(lowering.resource, "logs", "log_group")},
                                       {"awslogs-region", part_of(lowering.resource, "logs", "region")},
                                       {"awslogs-stream-prefix", label}})}});
}

}  // namespace

List container_definitions(const Lowering& lowering, const std::string& mode, const SecretReferences& secrets) {
  List out;
  for (const auto& [label, container] : *lowering.resource.config["container"].map()) {
    auto one = entries({{"name", label},
                        {"image", container["image"]},
                        {"essential", container["essential"]},
                        {"logConfiguration", log_configuration(lowering, label, container["aws"])}});
    copy_as(
        one, container,
        {{"entrypoint", "entryPoint"}, {"command", "command"}, {"user", "user"}, {"working_dir", "workingDirectory"}});
    if (container["read_only"] == Value(true)) one.set("readonlyRootFilesystem", true);
    if (const auto* share = container["cpu"].get<Cpu>()) one.set("cpu", share->units_up());
    set_mebibytes(one, "memory", container["memory"]);
    set_mebibytes(one, "memoryReservation", container["memory_reservation"]);
    set_seconds(one, "stopTimeout", container["stop_timeout"]);
    set_seconds(one, "startTimeout", container["start_timeout"]);
    if (auto variables = environment_of(container); !variables.empty()) one.set("environment", std::move(variables));
    if (auto ports = ports_of(container, mode); !ports.empty()) one.set("portMappings", std::move(ports));
    if (auto health = health_of(container["health"]); !health.is_null()) one.set("healthCheck", std::move(health));
    if (auto mounts = mounts_of(container); !mounts.empty()) one.set("mountPoints", std::move(mounts));
    if (auto needs = dependencies_of(container); !needs.empty()) one.set("dependsOn", std::move(needs));
    if (auto parameters = linux_of(container["aws"]); !parameters.is_null())
      one.set("linuxParameters", std::move(parameters));
    if (container["aws"]["privileged"] == Value(true)) one.set("privileged", true);
    if (const auto* labels = container["labels"].map(); labels != nullptr && !labels->empty())
      one.set("dockerLabels", *labels);
    if (const auto of_container = secrets.find(label); of_container != secrets.end()) {
      List references;
      for (const auto& [name, from] : of_container->second) {
        references.emplace_back(entries({{"name", name}, {"valueFrom", from}}));
      }
      one.set("secrets", std::move(references));
    }
    out.emplace_back(std::move(one));
  }
  return out;
}

}  // namespace infra::aws
