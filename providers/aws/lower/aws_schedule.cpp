#include "providers/aws/lower/aws_schedule.h"
#include "base/text/cron.h"
#include "facts/aws_cron.h"
#include "providers/aws/lower/capacity.h"

namespace infra::aws {

namespace {

Map when(const char* operation, const char* key, Value value) {
  return entries({{operation, entries({{key, std::move(value)}})}});
}

Map statement(List actions, List resources, Map condition) {
  return entries({{"Effect", "Allow"},
                  {"Action", std::move(actions)},
                  {"Resource", std::move(resources)},
                  {"Condition", std::move(condition)}});
}

// What the Scheduler may do: run tasks of this cluster alone, with the roles of this task alone.
Map role_of_scheduler(const Lowering& lowering, const Resource& cluster, const Resource& task) {
  const auto& aws = task.config["aws"];
  List roles{aws["execution_role"].is_null() ? part_of(task, "execution", "arn") : aws["execution_role"]};
  if (!aws["task_role"].is_null()) {
    roles.push_back(aws["task_role"]);
  } else if (aws["exec"] == Value(true)) {
    roles.push_back(part_of(task, "role", "arn"));
  }
  return entries(
      {{"service", "scheduler.amazonaws.com"},
       {"allow", List{statement({"ecs:RunTask"}, {"*"},
                                when("ArnEquals", "ecs:cluster", given_by(lowering, cluster, "cluster", "arn"))),
                      statement({"ecs:TagResource"}, {"*"}, when("StringEquals", "ecs:CreateAction", List{"RunTask"})),
                      statement({"iam:PassRole"}, std::move(roles),
                                when("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com"))}}});
}

// The compiler has said what of it can't be had.
std::string expression_of(const Value& schedule) {
  const auto times =
      CronSchedule::parse(to_text(schedule["cron"]).value_or(""), to_text(schedule["zone"]).value_or("UTC"));
  auto written = times ? facts::aws_cron(*times) : Result<std::string>(times.error());
  return written ? *std::move(written) : std::string();
}

}  // namespace

Lowered lower_scheduled_job(const Lowering& lowering, const Resource& cluster, const Resource& task,
                            const Place& place) {
  const auto& job = lowering.resource;
  const auto& schedule = job.config["schedule"];
  Lowered out;
  out.resources.push_back(
      make_part(lowering, "scheduler", "role", role_of_scheduler(lowering, cluster, task), Order::create_first));
  auto inputs = entries({{"name", name_for(lowering, job, 64)},
                         {"expression", expression_of(schedule)},
                         {"zone", schedule["zone"]},
                         {"deadline_seconds", seconds_of(schedule["deadline"])},
                         {"cluster", arn_of_cluster(lowering, cluster)},
                         {"task_definition", part_of(task, "definition", "arn")},
                         {"role", part_of(job, "scheduler", "arn")},
                         {"strategy", strategy_of(lowering, cluster)}});
  const bool fargate = is_fargate(lowering, cluster);
  // The Scheduler's default is the instances of the cluster.
  if (fargate && inputs["strategy"].is_null()) {
    inputs.set("strategy", List{entries({{"capacityProvider", "FARGATE"}, {"weight", 1}})});
  }
  if (inputs["strategy"].is_null()) inputs.erase("strategy");
  if (network_mode(lowering, task) == "awsvpc") {
    inputs.set("network", network_of(place, fargate, inside_group(lowering, place, out)));
  }
  auto part = make_part(lowering, "schedule", "schedule", std::move(inputs), Order::create_first);
  wait_for_routes(place, part);
  out.resources.push_back(std::move(part));
  out.outputs = entries({{"", part_of(job, "schedule", "arn")}});
  return out;
}

}  // namespace infra::aws
