#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "providers/aws/live/aws_live.h"
#include "providers/aws/types/ecs/ecs_revisions.h"
#include "providers/aws/types/ecs/ecs_rollout.h"
#include "providers/aws/types/ecs/ecs_tags.h"
#include "providers/aws/types/ecs/ecs_tasks.h"
#include "providers/aws/types/ecs/scheduled_tasks.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

constexpr std::size_t kShownOfAnId = 8;

// The services and runs of one stack say by tags whose their tasks are (propagateTags).
std::optional<LiveTask> live_task(const Account& account, const Value& seen) {
  auto mark = mark_of(read_tags(seen["tags"]));
  // What a schedule has started has its revision's tags, and is its job's.
  if (auto job = scheduled_by(text_of(seen["group"])); mark && job) {
    mark->address = *std::move(job);
    mark->type = "run_task";
  }
  if (!mark || Ownership{mark->stack, mark->lineage} != account.owner) return std::nullopt;
  const auto id = last_part(text_of(seen["taskArn"]));
  const bool of_service = mark->type == "ecs_service";
  return LiveTask{.address = of_service ? mark->address.with_part(id.substr(0, kShownOfAnId)) : mark->address,
                  .of = mark->address,
                  .type = mark->type,
                  .seen = seen};
}

Result<Ok> add_tasks(Account& account, const std::string& cluster, const char* status, std::vector<LiveTask>& out) {
  const auto found = find_tasks(account, cluster, params({{"desiredStatus", status}}), TaskTags::yes);
  if (!found) return found.fault().not_found() ? Result<Ok>(Ok()) : Result<Ok>(found.error());
  for (const auto& task : items_of(found.value())) {
    if (auto ours = live_task(account, task)) out.push_back(*std::move(ours));
  }
  return Ok();
}

bool is_essential(const Value& definition) {
  return definition["essential"].is_null() || flag_of(definition["essential"]);
}

Health health_of_task(const Value& task) {
  const auto status = text_of(task["lastStatus"]);
  const auto checked = text_of(task["healthStatus"]);
  Health out{.now = Health::starting};
  if (status == "RUNNING") out.now = checked == "UNHEALTHY" ? Health::unhealthy : Health::healthy;
  if (status == "STOPPED") {
    out.now = Health::stopped;
    out.detail = stop_reason(task);
  } else if (status != "RUNNING") {
    out.detail = status;
  }
  return out;
}

// The address of its network interface.
std::string address_of(const Value& task) {
  for (const auto& attachment : items_of(task["attachments"])) {
    for (const auto& detail : items_of(attachment["details"])) {
      if (text_of(detail["name"]) == "privateIPv4Address") return text_of(detail["value"]);
    }
  }
  return {};
}

// "19" of …:task-definition/web:19
std::string revision_number(const std::string& arn) { return arn.substr(arn.rfind(':') + 1); }

}  // namespace

std::string task_of_id(std::string_view id) { return std::string(id.substr(0, id.find('#'))); }

// arn:…:task/CLUSTER/ID
std::string cluster_of_id(std::string_view id) {
  const auto resource = parse_arn(task_of_id(id)).resource;
  const auto first = resource.find('/');
  return std::string(resource.substr(first + 1, resource.find('/', first + 1) - first - 1));
}

LogTime time_of_seconds(const Value& value) {
  const auto* exact = value.get<double>();
  const double seconds = exact != nullptr ? *exact : static_cast<double>(number_of(value));
  return LogTime(std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e3) * 1'000'000));
}

std::int64_t milliseconds_of(LogTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

Result<std::vector<LiveTask>> AwsLive::all_tasks() {
  const auto clusters = clusters_in_use(account_);
  if (!clusters) return clusters.error();
  std::vector<LiveTask> out;
  for (const auto& cluster : *clusters) {
    for (const auto* status : {"RUNNING", "STOPPED"}) {
      if (auto added = add_tasks(account_, text_of(cluster), status, out); !added) return std::move(added).error();
    }
  }
  return out;
}

Result<Value> AwsLive::definition_of(const std::string& revision, const std::string& container) {
  const std::scoped_lock lock(guard_);
  auto at = revisions_.find(revision);
  if (at == revisions_.end()) {
    auto found = describe_revision(account_, revision);
    if (!found) return std::move(found).error();
    at = revisions_.emplace(revision, *found ? (*found)->definition : Value()).first;
  }
  for (const auto& one : items_of(at->second["containerDefinitions"])) {
    if (text_of(one["name"]) == container) return one;
  }
  return Value();
}

Result<Live::Listed> AwsLive::containers() {
  auto tasks = all_tasks();
  if (!tasks) return std::move(tasks).error();
  Listed out;
  for (const auto& task : *tasks) {
    for (const auto& container : items_of(task.seen["containers"])) {
      const auto name = text_of(container["name"]);
      auto definition = definition_of(text_of(task.seen["taskDefinitionArn"]), name);
      if (!definition) return std::move(definition).error();
      const auto created = time_of_seconds(task.seen["createdAt"]);
      out.containers.push_back({.address = task.address,
                                .type = task.type,
                                .node = text_of(task.seen["availabilityZone"]),
                                .container = name,
                                .id = text_of(task.seen["taskArn"]) + "#" + name,
                                .running = text_of(container["lastStatus"]) == "RUNNING",
                                .essential = is_essential(*definition),
                                .healthy = text_of(container["healthStatus"]) != "UNHEALTHY",
                                .created = std::chrono::time_point_cast<std::chrono::milliseconds>(created)});
    }
  }
  std::sort(out.containers.begin(), out.containers.end(), [](const LiveContainer& a, const LiveContainer& b) {
    return std::tie(a.address, a.container, a.id) < std::tie(b.address, b.container, b.id);
  });
  return out;
}

Result<std::vector<ObservedObject>> AwsLive::tasks() {
  auto tasks = all_tasks();
  if (!tasks) return std::move(tasks).error();
  std::vector<ObservedObject> out;
  for (const auto& task : *tasks) {
    if (task.type != "ecs_service" || text_of(task.seen["lastStatus"]) == "STOPPED") continue;
    auto outputs = params({{"node", text_of(task.seen["availabilityZone"])}, {"address", address_of(task.seen)}});
    const auto created = time_of_seconds(task.seen["createdAt"]);
    out.push_back({.address = task.address,
                   .type = "task",
                   .id = text_of(task.seen["taskArn"]),
                   .health = health_of_task(task.seen),
                   .outputs = std::move(outputs),
                   .revision = revision_number(text_of(task.seen["taskDefinitionArn"])),
                   .created = std::chrono::time_point_cast<std::chrono::milliseconds>(created)});
  }
  return out;
}

Result<Value> AwsLive::task_of(const LiveContainer& container) {
  const auto found = describe_tasks(account_, cluster_of_id(container.id), {task_of_id(container.id)});
  if (!found) return found.fault().not_found() ? Result<Value>(Value()) : Result<Value>(found.error());
  const auto& tasks = items_of(found.value());
  return tasks.empty() ? Value() : tasks.front();
}

}  // namespace infra::aws
