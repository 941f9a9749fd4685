#include <fmt/format.h>

#include "importers/ecs.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

std::string percent(Section& section, std::string_view key, std::int64_t low, std::int64_t high) {
  const auto text = section.text(key);
  const auto value = parse_integer(text);
  if (value && *value >= low && *value <= high) return fmt::format("{}%", *value);
  if (!text.empty()) section.note(key, fmt::format("{} to {} are possible, not {}", low, high, text));
  return {};
}

void read_deployment(Section& service, StackText& out) {
  const auto* value = service.take("deploymentConfiguration");
  if (value == nullptr) return;
  Section deploy(*value, service.below("deploymentConfiguration"), service.notes());
  const auto min = percent(deploy, "minimumHealthyPercent", 0, 100), max = percent(deploy, "maximumPercent", 100, 1000);
  std::string rollback;
  if (const auto* breaker = deploy.take("deploymentCircuitBreaker")) {
    Section section(*breaker, deploy.below("deploymentCircuitBreaker"), service.notes());
    const bool on = section.flag("enable"), back = section.flag("rollback");
    rollback = on && back ? "on_failure" : "never";
    section.finish();
  }
  deploy.finish();
  if (min.empty() && max.empty() && rollback.empty()) return;
  out.open("deploy");
  out.set("min", min);
  out.set("max", max);
  out.set("rollback", rollback);
  out.close();
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
  for (const auto& [key, usual] : kUsual) {
    const auto text = service.text(key);
    if (!text.empty() && text != usual) service.note(key, fmt::format("has no counterpart ({})", text));
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

void read_ecs_service(const Json& json, EcsContext& context) {
  const auto name =
      json.is_object() && json.contains("serviceName") ? text_of(json["serviceName"]) : std::string("service");
  Section service(json, "service." + name, context.notes);
  service.ignore({"serviceName", "serviceArn", "clusterArn", "status", "runningCount", "pendingCount", "createdAt",
                  "createdBy", "deployments", "events", "roleArn", "clientToken", "platformFamily",
                  "enableECSManagedTags", "taskSets", "currentServiceRevisions", "currentServiceDeployment"});
  EcsService out{.name = name, .label = context.names.of("service", name), .cluster = {}, .family = {}, .body = {}};
  out.cluster = short_name(service.text("cluster"));
  if (out.cluster.empty() && json.is_object() && json.contains("clusterArn"))
    out.cluster = short_name(text_of(json["clusterArn"]));
  out.family = short_name(service.text("taskDefinition"));
  StackText text;
  if (service.text("schedulingStrategy") == "DAEMON") {
    service.ignore({"desiredCount"});
    text.set("daemon", "true");
  } else if (const auto count = service.text("desiredCount"); !count.empty()) {
    const auto desired = parse_integer(count);
    constexpr std::int64_t kMost = 10'000;
    if (desired && *desired >= 0 && *desired <= kMost)
      text.set("desired", fmt::format("{}", out.desired = *desired));
    else
      service.note("desiredCount", fmt::format("0 to {} are possible, not {}", kMost, count));
  }
  text.map("labels", labels_of(service));
  StackText deploy;
  read_deployment(service, deploy);
  out.deploy = deploy.text();
  note_aws(service);
  note_network(service);
  service.finish();
  out.body = text.text();
  context.out.services.push_back(std::move(out));
}

}  // namespace infra::importing
