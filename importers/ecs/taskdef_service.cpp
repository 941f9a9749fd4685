#include <fmt/format.h>

#include <algorithm>

#include "importers/defaults.h"
#include "importers/ecs/taskdef_stack.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

std::optional<std::int64_t> percent(Section& section, std::string_view key, std::int64_t low, std::int64_t high) {
  const auto text = section.text(key);
  const auto value = parse_integer(text);
  if (value && *value >= low && *value <= high) return value;
  if (!text.empty()) section.note(key, fmt::format("{} to {} are possible, not {}", low, high, text));
  return std::nullopt;
}

void take_usual(Section& section, std::string_view key, std::string_view usual) {
  const auto text = section.text(key);
  if (!text.empty() && text != usual) section.note(key, fmt::format("has no counterpart ({})", text));
}

// { "alarmNames": ["x"], "enable": false } does nothing.
bool is_off(const Json& json) {
  const auto* key = json.is_object() && json.contains("enable") ? "enable" : "enabled";
  return json.empty() || (json.is_object() && json.contains(key) && json[key] == false);
}

EcsDeploy deployment_of(Section& service) {
  EcsDeploy out;
  const auto* value = service.take("deploymentConfiguration");
  static const Json kNothing = Json::object();
  Section deploy(value != nullptr ? *value : kNothing, service.below("deploymentConfiguration"), service.notes());
  out.min = percent(deploy, "minimumHealthyPercent", 0, 100);
  out.max = percent(deploy, "maximumPercent", 100, 1000);
  if (const auto* breaker = deploy.take("deploymentCircuitBreaker")) {
    Section section(*breaker, deploy.below("deploymentCircuitBreaker"), service.notes());
    const bool on = section.flag("enable"), back = section.flag("rollback");
    out.rollback = on && back ? "on_failure" : "never";
    section.finish();
  } else {
    out.rollback = written_default(ecs_defaults(), "service.deploy.rollback");
  }
  take_usual(deploy, "strategy", "ROLLING");
  if (const auto* alarms = deploy.take("alarms"); alarms != nullptr && !is_off(*alarms))
    deploy.note("alarms", fmt::format("has no counterpart ({})", shown(*alarms)));
  deploy.finish();
  return out;
}

void note_network(Section& service) {
  const auto* value = service.take("networkConfiguration");
  if (value == nullptr) return;
  Section network(*value, service.below("networkConfiguration"), service.notes());
  if (const auto* awsvpc = network.take("awsvpcConfiguration")) {
    Section section(*awsvpc, network.below("awsvpcConfiguration"), service.notes());
    for (const auto& subnet : section.texts("subnets")) {
      section.note("subnets", fmt::format("{}: the stack has a subnet of its own", subnet));
    }
    for (const auto& group : section.texts("securityGroups")) {
      section.note("securityGroups", fmt::format("{}: security groups follow from the stack", group));
    }
    if (section.text("assignPublicIp") == "ENABLED") section.note("assignPublicIp", "use a subnet with public = true");
    section.finish();
  }
  network.finish();
}

// What describes how ECS itself works, and is as usual or noted.
void note_aws(Section& service) {
  static const std::map<std::string, std::string> kUsual = {
      {"platformVersion", "LATEST"}, {"propagateTags", "NONE"}, {"availabilityZoneRebalancing", "DISABLED"}};
  for (const auto& [key, usual] : kUsual) take_usual(service, key, usual);
  for (const auto* key : {"serviceConnectConfiguration", "monitoring", "vpcLatticeConfigurations"}) {
    if (const auto* value = service.take(key); value != nullptr && !is_off(*value))
      service.note(key, fmt::format("has no counterpart ({})", shown(*value)));
  }
  if (const auto type = service.text("launchType"); type == "FARGATE")
    service.note("launchType", "only for the platform aws: fargate { } in the cluster");
  else if (type == "EC2")
    service.note("launchType", "only for the platform aws: ec2 { instance = \"…\" } in the cluster");
  if (const auto* controller = service.take("deploymentController"); controller != nullptr) {
    const auto shown_type =
        controller->is_object() && controller->contains("type") ? text_of((*controller)["type"]) : "";
    if (shown_type != "ECS")
      service.note("deploymentController", fmt::format("has no counterpart ({})", shown(*controller)));
  }
  for (const auto* key : {"placementStrategy", "placementConstraints"}) {
    if (const auto* value = service.take(key); value != nullptr && !value->empty())
      service.note(key, fmt::format("this version chooses the nodes itself, not by {}", shown(*value)));
  }
  for (const auto& target : service.texts_of("loadBalancers", "targetGroupArn"))
    service.note("loadBalancers", fmt::format("{}: this version builds no load balancers", target));
}

}  // namespace

Pairs labels_of(Section& section) {
  Pairs out;
  const auto* tags = section.take("tags");
  if (tags == nullptr || !tags->is_array()) return out;
  for (const auto& tag : *tags) {
    Section one(tag, section.below("tags"), section.notes());
    auto key = one.text("key");
    const auto value = one.text("value");
    one.finish();
    const bool again = std::any_of(out.begin(), out.end(), [&](const auto& o) { return o.first == key; });
    if (key.empty() || again)
      section.note("tags", fmt::format("{} has no key of its own", shown(tag)));
    else
      out.emplace_back(std::move(key), text_literal(value));
  }
  return out;
}

std::string short_name(std::string_view arn) {
  auto name = arn.substr(arn.rfind('/') == std::string_view::npos ? 0 : arn.rfind('/') + 1);
  if (!name.starts_with("arn:")) name = name.substr(0, name.find(':'));
  return std::string(name);
}

namespace {

std::string cluster_of(const Json& json) {
  for (const auto* key : {"cluster", "clusterArn"}) {
    auto name = json.is_object() && json.contains(key) ? short_name(text_of(json[key])) : std::string();
    if (!name.empty()) return name;
  }
  return "default";  // what ECS takes
}

}  // namespace

void read_ecs_service(const Json& json, EcsContext& context) {
  const auto name =
      json.is_object() && json.contains("serviceName") ? text_of(json["serviceName"]) : std::string("service");
  const auto cluster = cluster_of(json);
  const auto& before = context.out.services;
  // Each cluster may have a service of this name.
  const bool elsewhere = std::any_of(before.begin(), before.end(),
                                     [&](auto& other) { return other.name == name && other.cluster != cluster; });
  EcsService out{.name = name, .cluster = cluster};
  out.place = "service." + (elsewhere ? cluster + "/" + name : name);
  out.label = context.names.of("service", cluster + "/" + name, elsewhere ? name + "_" + cluster : name);
  Section service(json, out.place, context.notes);
  service.ignore({"serviceName", "serviceArn", "cluster", "clusterArn", "status", "runningCount", "pendingCount",
                  "createdAt", "createdBy", "deployments", "events", "roleArn", "clientToken", "platformFamily",
                  "enableECSManagedTags", "taskSets", "currentServiceRevisions", "currentServiceDeployment"});
  out.family = short_name(service.text("taskDefinition"));
  if (service.text("schedulingStrategy") == "DAEMON") {
    service.ignore({"desiredCount"});
    out.daemon = true;
  } else if (const auto count = service.text("desiredCount"); !count.empty()) {
    const auto desired = parse_integer(count);
    constexpr std::int64_t kMost = 10'000;
    if (desired && *desired >= 0 && *desired <= kMost)
      out.desired = *desired;
    else
      service.note("desiredCount", fmt::format("0 to {} are possible, not {}", kMost, count));
  }
  StackText labels;
  labels.map("labels", labels_of(service));
  out.labels = labels.text();
  out.deploy = deployment_of(service);
  note_aws(service);
  note_network(service);
  service.finish();
  const auto same = [&](const EcsService& other) { return other.label == out.label; };
  if (std::any_of(context.out.services.begin(), context.out.services.end(), same))
    context.notes.add(service.place(), "it is given twice: the first one is taken");
  else
    context.out.services.push_back(std::move(out));
}

}  // namespace infra::importing
