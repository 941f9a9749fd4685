#include "providers/aws/types/ecs/ecs_rollout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "providers/aws/types/ecs/ecs_tasks.h"

namespace infra::aws {

namespace {

constexpr std::size_t kTasksLookedAt = 100;  // of those that have failed

const Value* deployment_in(const Value& service, const std::string& id) {
  for (const auto& one : items_of(service["deployments"])) {
    if (text_of(one["id"]) == id) return &one;
  }
  return nullptr;
}

// A deployment that has failed leaves the list once the one before runs again.
std::string end_of_lost(const Value& service) {
  for (const auto& one : items_of(service["deployments"])) {
    const bool back = text_of(one["rolloutStateReason"]).find("roll") != std::string::npos;
    if (text_of(one["status"]) == "PRIMARY" && !back && text_of(one["rolloutState"]) == "IN_PROGRESS") {
      return "another deployment took its place";
    }
  }
  return "its deployment failed";
}

// Upper and lower case mean the same there, and ECS answers in its own.
List placement_of(const Value& service) {
  List out;
  for (const auto& one : items_of(service["placementStrategy"])) {
    auto row = one.map() != nullptr ? *one.map() : Map();
    auto field = text_of(one["field"]);
    if (text_of(one["type"]) == "binpack") {
      std::transform(field.begin(), field.end(), field.begin(), [](unsigned char c) { return std::tolower(c); });
    }
    if (!field.empty()) row.set("field", field);
    out.emplace_back(std::move(row));
  }
  return out;
}

Map live_inputs(const Value& service) {
  auto out = params({{"task_definition", text_of(service["taskDefinition"])},
                     {"deployment", service["deploymentConfiguration"]},
                     {"network", service["networkConfiguration"]},
                     {"strategy", List(items_of(service["capacityProviderStrategy"]))},
                     {"constraints", List(items_of(service["placementConstraints"]))},
                     {"placement", placement_of(service)},
                     {"balancers", List(items_of(service["loadBalancers"]))}});
  out.set("desired", number_of(service["desiredCount"]));
  out.set("grace_seconds", number_of(service["healthCheckGracePeriodSeconds"]));
  out.set("exec", flag_of(service["enableExecuteCommand"]));
  return out;
}

}  // namespace

std::string stop_reason(const Value& task) {
  for (const auto& container : items_of(task["containers"])) {
    if (auto reason = text_of(container["reason"]); !reason.empty()) return reason;
    if (const auto& code = container["exitCode"]; !code.is_null()) {
      return fmt::format("container {} exited with code {}", text_of(container["name"]), number_of(code));
    }
  }
  return text_of(task["stoppedReason"]);
}

Seen service_seen(const Value& item) {
  Seen seen{.id = text_of(item["serviceArn"]), .tags = read_tags(item["tags"])};
  seen.outputs = params({{"arn", seen.id}});
  const auto status = text_of(item["status"]);
  if (status != "ACTIVE") {  // DRAINING goes by itself, INACTIVE has gone
    seen.state = State::gone;
    return seen;
  }
  const auto& deployments = items_of(item["deployments"]);
  if (deployments.empty()) return seen;
  const auto state = text_of(deployments[0]["rolloutState"]);
  seen.detail = fmt::format("{} of {} running", number_of(item["runningCount"]), number_of(item["desiredCount"]));
  // ECS heals a service by itself: tasks that fail after it was complete are no drift. A deployment that has failed is
  // one: ECS starts nothing more of it.
  if (state == "IN_PROGRESS") seen.state = State::starting;
  if (state == "FAILED") {
    seen.drift.push_back(
        {"task_definition", "its deployment failed: " + text_of(deployments[0]["rolloutStateReason"])});
  }
  seen.live = live_inputs(item);
  seen.fixed = params({{"name", text_of(item["serviceName"])}, {"cluster", text_of(item["clusterArn"])}});
  if (text_of(item["schedulingStrategy"]) == "DAEMON") seen.fixed.set("daemon", true);
  return seen;
}

RolloutOf rollout_of(const Value& service, const std::string& deployment) {
  const auto* mine = deployment_in(service, deployment);
  if (mine == nullptr) return {.state = State::failed, .detail = end_of_lost(service)};
  const auto state = text_of((*mine)["rolloutState"]);
  auto reason = text_of((*mine)["rolloutStateReason"]);
  while (reason.ends_with('.')) reason.pop_back();
  if (state == "FAILED") return {.state = State::failed, .detail = reason};
  if (text_of((*mine)["status"]) != "PRIMARY") {
    return {.state = State::failed, .detail = "another deployment took its place"};
  }
  if (state == "COMPLETED") return {.state = State::ready, .detail = reason};
  return {.state = State::starting,
          .detail = fmt::format("{} of {} new copies run", number_of((*mine)["runningCount"]),
                                number_of((*mine)["desiredCount"]))};
}

namespace {

// "ECS was unable to place a task because …", if that is the last that it has told of the service.
std::string obstacle_of(const Value& service) {
  const auto& events = items_of(service["events"]);
  if (events.empty()) return "";
  const auto told = text_of(events.front()["message"]);
  const auto at = told.find("was unable to");
  if (at == std::string::npos) return "";
  auto out = "ECS " + told.substr(at);
  while (out.ends_with('.') || out.ends_with(')')) out.pop_back();
  return out;
}

// ECS goes on trying a role that it can't take for ever. One that isn't new won't get better by itself.
bool is_for_good(Account& account, const std::string& obstacle) {
  return obstacle.find("assume the role") != std::string::npos &&
         !account.fresh->roles.among(roles_in(obstacle), account.client.clock().now());
}

}  // namespace

std::string primary_of(const Value& service) {
  for (const auto& one : items_of(service["deployments"])) {
    if (text_of(one["status"]) == "PRIMARY") return text_of(one["id"]);
  }
  return "";
}

Result<std::optional<Seen>> watch_service(Account& account, const Known& known, const std::string& deployment) {
  const auto cluster = text_of(known.inputs["cluster"]);
  const auto answer =
      account.client.call("ecs", "DescribeServices", params({{"cluster", cluster}, {"services", List{known.id}}}));
  if (!answer) return answer.error();
  const auto& services = items_of(answer["services"]);
  if (services.empty()) return std::optional<Seen>();
  const auto& service = services.front();
  auto seen = service_seen(service);
  const auto verdict = rollout_of(service, deployment);
  seen.state = verdict.state;
  seen.detail = verdict.detail;
  if (verdict.state == State::ready) return std::optional(std::move(seen));
  const auto reasons = stopped_reasons(account, cluster, known.id, text_of(known.inputs["task_definition"]));
  if (!reasons.empty()) seen.detail += ": " + reasons;
  const auto obstacle = verdict.state == State::starting ? obstacle_of(service) : std::string();
  if (!obstacle.empty()) seen.detail += ": " + obstacle;
  if (is_for_good(account, obstacle)) {
    const auto wrong = look_at_roles(account, roles_in(obstacle), taker_of("ecs")).wrong;
    if (!wrong.empty()) seen.detail += "; " + wrong;
    seen.state = State::failed;
    return std::optional(std::move(seen));
  }
  if (verdict.state == State::starting) return std::optional(std::move(seen));
  const auto& deployments = items_of(service["deployments"]);
  if (deployments.empty()) return std::optional(std::move(seen));
  const auto& now = deployments.front();
  const auto definition = text_of(now["taskDefinition"]);
  const auto revision = definition.substr(definition.rfind('/') + 1);
  if (text_of(now["rolloutState"]) == "IN_PROGRESS") {
    seen.state = State::starting;
    seen.detail += "; going back to " + revision;
  } else if (text_of(now["id"]) != deployment) {
    seen.detail += "; " + revision + " runs again";
  }
  return std::optional(std::move(seen));
}

std::vector<Value> failed_tasks(Account& account, const std::string& cluster, const std::string& service,
                                const std::string& revision) {
  std::vector<Value> out;
  const auto arns = account.client.call("ecs", "ListTasks",
                                        params({{"cluster", cluster},
                                                {"serviceName", service},
                                                {"desiredStatus", "STOPPED"},
                                                {"maxResults", static_cast<std::int64_t>(kTasksLookedAt)}}));
  if (!arns) return out;
  const auto tasks = describe_tasks(account, cluster, items_of(arns["taskArns"]));
  if (!tasks) return out;
  for (const auto& task : items_of(tasks.value())) {
    const bool by_ecs = text_of(task["stopCode"]) == "ServiceSchedulerInitiated";
    if (!by_ecs && text_of(task["taskDefinitionArn"]) == revision) out.push_back(task);
  }
  return out;
}

std::string stopped_reasons(Account& account, const std::string& cluster, const std::string& service,
                            const std::string& revision) {
  std::map<std::string, int> reasons;
  for (const auto& task : failed_tasks(account, cluster, service, revision)) ++reasons[stop_reason(task)];
  std::string out;
  for (const auto& [reason, count] : reasons) out += fmt::format("{}{} × {}", out.empty() ? "" : "; ", count, reason);
  return out;
}

}  // namespace infra::aws
