#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/ecs/scheduled_tasks.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

constexpr const char* kScheduler = "scheduler";
constexpr const char* kFargate = "FARGATE";
constexpr std::size_t kNeverCut = 40;        // of a group's name, whatever stands behind
constexpr std::int64_t kMostAttempts = 185;  // what MaximumRetryAttempts takes: until the deadline

std::string group_name(const Call& call) { return last_part(call.id); }

// With a launch type a public address can be had; with FARGATE as a capacity provider the API refuses it.
bool only_fargate(const Value& strategy) {
  const auto& providers = items_of(strategy);
  return providers.size() == 1 && text_of(providers[0]["capacityProvider"]) == kFargate;
}

// The Scheduler writes members of ECS's networkConfiguration with capitals.
Map network_to_api(const Value& network) {
  const auto& inside = network["awsvpcConfiguration"];
  auto out = params({{"Subnets", inside["subnets"]}, {"SecurityGroups", inside["securityGroups"]}});
  if (!inside["assignPublicIp"].is_null()) out.set("AssignPublicIp", inside["assignPublicIp"]);
  return params({{"awsvpcConfiguration", std::move(out)}});
}

Value network_from_api(const Value& network) {
  if (network.is_null()) return {};
  const auto& inside = network["awsvpcConfiguration"];
  auto out = params({{"subnets", inside["Subnets"]}, {"securityGroups", inside["SecurityGroups"]}});
  if (!inside["AssignPublicIp"].is_null()) out.set("assignPublicIp", inside["AssignPublicIp"]);
  return params({{"awsvpcConfiguration", std::move(out)}});
}

Map task_to_api(const Call& call) {
  auto out = params({{"TaskDefinitionArn", call["task_definition"]},
                     {"TaskCount", 1},
                     {"PropagateTags", "TASK_DEFINITION"},
                     {"Group", group_of_scheduled(call.request().address)}});
  if (!call["network"].is_null()) out.set("NetworkConfiguration", network_to_api(call["network"]));
  if (call["strategy"].is_null()) {
    out.set("LaunchType", "EC2");
  } else if (only_fargate(call["strategy"])) {
    out.set("LaunchType", kFargate);
  } else {
    out.set("CapacityProviderStrategy", call["strategy"]);
  }
  return out;
}

// All of it each time: what UpdateSchedule isn't told is set back to its default.
Map schedule_to_api(const Call& call, const std::string& group) {
  auto retries =
      params({{"MaximumEventAgeInSeconds", call["deadline_seconds"]}, {"MaximumRetryAttempts", kMostAttempts}});
  auto target = params({{"Arn", call["cluster"]},
                        {"RoleArn", call["role"]},
                        {"EcsParameters", task_to_api(call)},
                        {"RetryPolicy", std::move(retries)}});
  return params({{"Name", call.text("name")},
                 {"GroupName", group},
                 {"ScheduleExpression", call["expression"]},
                 {"ScheduleExpressionTimezone", call["zone"]},
                 {"FlexibleTimeWindow", params({{"Mode", "OFF"}})},
                 {"State", "ENABLED"},
                 {"Target", std::move(target)}});
}

Result<std::string> create_schedule(Call& call) {
  const auto group = call.unique(64);
  const auto made =
      call.call(kScheduler, "CreateScheduleGroup",
                params({{"Name", group}, {"ClientToken", call.client_token()}, {"Tags", tag_list(call.tags())}}));
  if (!made) return made.error();
  auto request = schedule_to_api(call, group);
  request.set("ClientToken", call.client_token());
  if (auto set = done(call.call(kScheduler, "CreateSchedule", Value(std::move(request)))); !set) {
    return std::move(set).error();
  }
  return text_of(made["ScheduleGroupArn"]);
}

// Whoever deleted the schedule alone finds it made again.
Result<Ok> update_schedule(Call& call) {
  const auto group = group_name(call);
  const auto updated = call.call(kScheduler, "UpdateSchedule", Value(schedule_to_api(call, group)));
  if (updated || !updated.fault().not_found()) return done(updated);
  return done(call.call(kScheduler, "CreateSchedule", Value(schedule_to_api(call, group))));
}

// Its runs end with it: a cluster in which one still goes on can't be deleted.
Result<Ok> destroy_schedule(Call& call) {
  using namespace std::chrono_literals;
  const auto group = params({{"Name", group_name(call)}});
  if (auto asked = gone(call.call(kScheduler, "DeleteScheduleGroup", Value(group))); !asked) return asked;
  const auto waited = call.account().client.wait(
      {.every = 5s, .deadline = 10min, .what = "the end of the schedule group " + group_name(call)},
      [&] { return call.call(kScheduler, "GetScheduleGroup", Value(group)); },
      [](const Reply& reply) {
        if (reply) return Verdict::go_on;
        return reply.fault().not_found() ? Verdict::done : Verdict::failed;
      },
      &call.cancel());
  if (!waited) return waited.error();
  return stop_scheduled(call, text_of(call.recorded_inputs["cluster"]),
                        text_of(call.recorded_inputs["task_definition"]));
}

void read_schedule(const Value& answer, Seen& seen) {
  const auto& target = answer["Target"];
  const auto& task = target["EcsParameters"];
  const auto launch = text_of(task["LaunchType"]);
  seen.live = params({{"name", text_of(answer["Name"])},
                      {"expression", text_of(answer["ScheduleExpression"])},
                      {"zone", text_of(answer["ScheduleExpressionTimezone"])},
                      {"deadline_seconds", number_of(target["RetryPolicy"]["MaximumEventAgeInSeconds"])},
                      {"cluster", text_of(target["Arn"])},
                      {"role", text_of(target["RoleArn"])},
                      {"task_definition", text_of(task["TaskDefinitionArn"])},
                      {"network", network_from_api(task["NetworkConfiguration"])}});
  if (launch == kFargate) {
    seen.live.set("strategy", List{params({{"capacityProvider", kFargate}, {"weight", 1}})});
  } else if (launch.empty()) {
    seen.live.set("strategy", task["CapacityProviderStrategy"]);
  }
  if (const auto state = text_of(answer["State"]); state != "ENABLED") {
    seen.drift.push_back({"state", "it is " + state});
  }
}

// A group, and the one schedule that it is there for. `name`: of the schedule, where it is known.
Result<std::optional<Seen>> look_at_schedule(Account& account, const std::string& arn, const std::string& name) {
  const auto tags = account.client.call(kScheduler, "ListTagsForResource", params({{"ResourceArn", arn}}));
  if (!tags) {
    if (tags.fault().not_found()) return std::optional<Seen>();
    return tags.error();
  }
  Seen seen{.id = arn, .tags = read_tags(tags["Tags"])};
  const auto group = last_part(arn);
  seen.outputs = params({{"arn", arn}, {"group", group}});
  if (name.empty()) return std::optional(std::move(seen));
  const auto found = account.client.call(kScheduler, "GetSchedule", params({{"Name", name}, {"groupName", group}}));
  if (found) {
    read_schedule(found.value(), seen);
  } else if (found.fault().not_found()) {
    seen.drift.push_back({"state", "it was deleted, and its group left"});
  } else {
    return found.error();
  }
  return std::optional(std::move(seen));
}

// By its group alone: one that is being deleted is as good as gone.
Result<std::optional<Seen>> look_at_group(Account& account, const Known& known) {
  const auto group = account.client.call(kScheduler, "GetScheduleGroup", params({{"Name", last_part(known.id)}}));
  if (!group) {
    if (group.fault().not_found()) return std::optional<Seen>();
    return group.error();
  }
  if (text_of(group["State"]) == "DELETING") return std::optional<Seen>();
  return look_at_schedule(account, known.id, text_of(known.inputs["name"]));
}

Objects list_schedules(Account& account, const std::vector<Known>& known) {
  const auto stack = run_time_name(account.owner.stack);
  const auto prefix = stack.size() < kNeverCut ? stack + "-" : stack.substr(0, kNeverCut);
  const auto all = account.client.list(kScheduler, "ListScheduleGroups", params({{"NamePrefix", prefix}}),
                                       {"NextToken", "NextToken", "ScheduleGroups"});
  if (!all) return all.error();
  List live;
  for (const auto& group : items_of(all.value())) {
    if (text_of(group["State"]) != "DELETING") live.push_back(group);
  }
  const KnownById by_id(known);
  return look_at_each(account, live, [&](Account& of, const Value& group) {
    const auto arn = text_of(group["Arn"]);
    const auto* recorded = by_id.find(arn);
    return look_at_schedule(of, arn, recorded != nullptr ? text_of(recorded->inputs["name"]) : "");
  });
}

}  // namespace

// A schedule can't have tags, and its group can: it is the group that is owned, and the schedule is set inside of it.
const Type& schedule_type() {
  static const Type type{
      .schema = {.name = "schedule",
                 .doc = "A schedule of EventBridge Scheduler that runs a task, in a group of its own.",
                 .attributes = {fixed("name", types::string(), "The schedule's name."),
                                changeable("expression", types::string(),
                                           "When: cron(…), as EventBridge Scheduler writes it."),
                                changeable("zone", types::string(), "The time zone that it is meant in."),
                                changeable("deadline_seconds", types::integer(),
                                           "A run that couldn't begin so long is left out."),
                                changeable("cluster", types::string(), "The cluster's ARN."),
                                changeable("task_definition", types::string(), "The revision that is run."),
                                changeable("role", types::string(), "The role by which the Scheduler runs it."),
                                changeable("network", types::map(infra::Type()), "Of awsvpc tasks."),
                                changeable("strategy", types::list(types::map(infra::Type())),
                                           "The capacity that it takes; default: the cluster's instances."),
                                labels_attribute(), output("arn", "Its group's ARN."),
                                output("group", "Its group's name.")}},
      .list = list_schedules,
      .actions = {"ecs:DescribeTasks", "ecs:ListTasks", "ecs:StopTask", "iam:PassRole", "scheduler:CreateSchedule",
                  "scheduler:CreateScheduleGroup", "scheduler:DeleteSchedule", "scheduler:DeleteScheduleGroup",
                  "scheduler:GetSchedule", "scheduler:GetScheduleGroup", "scheduler:ListScheduleGroups",
                  "scheduler:ListTagsForResource", "scheduler:TagResource", "scheduler:UntagResource",
                  "scheduler:UpdateSchedule"},
      .create = create_schedule,
      .update = update_schedule,
      .destroy = destroy_schedule,
      .look = look_at_group,
      .tag = [](Account& account, const std::string& id, const Tags& tags) {
        return done(
            account.client.call(kScheduler, "TagResource", params({{"ResourceArn", id}, {"Tags", tag_list(tags)}})));
      }};
  return type;
}

}  // namespace infra::aws
