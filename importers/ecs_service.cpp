#include <fmt/format.h>

#include "importers/ecs.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

void read_deployment(Section& service, StackText& out) {
  const auto* value = service.take("deploymentConfiguration");
  if (value == nullptr) return;
  Section deploy(*value, service.below("deploymentConfiguration"), service.notes());
  const auto min = parse_integer(deploy.text("minimumHealthyPercent")),
             max = parse_integer(deploy.text("maximumPercent"));
  std::string rollback;
  if (const auto* breaker = deploy.take("deploymentCircuitBreaker")) {
    Section section(*breaker, deploy.below("deploymentCircuitBreaker"), service.notes());
    const bool on = section.flag("enable"), back = section.flag("rollback");
    rollback = on && back ? "on_failure" : "never";
    section.finish();
  }
  deploy.finish();
  if (!min && !max && rollback.empty()) return;
  out.open("deploy");
  if (min && *min >= 0 && *min <= 100) out.set("min", fmt::format("{}%", *min));
  if (max && *max >= 100 && *max <= 1000) out.set("max", fmt::format("{}%", *max));
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

}  // namespace

std::string short_name(std::string_view arn) {
  auto name = arn.substr(arn.rfind('/') == std::string_view::npos ? 0 : arn.rfind('/') + 1);
  if (!name.starts_with("arn:")) name = name.substr(0, name.find(':'));
  return std::string(name);
}

void read_ecs_service(const Json& json, EcsContext& context) {
  const auto name =
      json.is_object() && json.contains("serviceName") ? text_of(json["serviceName"]) : std::string("service");
  Section service(json, "service." + name, context.notes);
  service.ignore({"serviceName",
                  "serviceArn",
                  "clusterArn",
                  "status",
                  "runningCount",
                  "pendingCount",
                  "createdAt",
                  "createdBy",
                  "deployments",
                  "events",
                  "roleArn",
                  "launchType",
                  "clientToken",
                  "deploymentController",
                  "propagateTags",
                  "enableECSManagedTags",
                  "platformVersion",
                  "platformFamily",
                  "taskSets",
                  "currentServiceRevisions",
                  "currentServiceDeployment",
                  "availabilityZoneRebalancing"});
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
      text.set("desired", fmt::format("{}", *desired));
    else
      service.note("desiredCount", fmt::format("0 to {} are possible, not {}", kMost, count));
  }
  read_deployment(service, text);
  note_network(service);
  service.finish();
  out.body = text.text();
  context.out.services.push_back(std::move(out));
}

}  // namespace infra::importing
