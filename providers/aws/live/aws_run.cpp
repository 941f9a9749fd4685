#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "providers/aws/live/aws_live.h"
#include "providers/aws/types/ecs/ecs_revisions.h"
#include "providers/aws/types/ecs/ecs_rollout.h"
#include "providers/aws/types/ecs/ecs_tags.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

using namespace std::chrono_literals;

constexpr auto kPollRun = 3'000ms;

Error no_terminal() {
  return {.code = "E0720",
          .message = "a run on ECS has neither a terminal nor an input",
          .help = "leave out -i and -t, or use `infra exec` in a task that runs"};
}

// The container that was asked for, else the first essential one.
Result<std::string> container_for(const Value& definition, const std::string& asked) {
  std::string names;
  for (const auto& one : items_of(definition["containerDefinitions"])) {
    const auto name = text_of(one["name"]);
    names += (names.empty() ? "" : ", ") + name;
    const bool essential = one["essential"].is_null() || flag_of(one["essential"]);
    if (asked.empty() ? essential : name == asked) return name;
  }
  return Error{.code = "E0704",
               .message = fmt::format("--container `{}` names none of its containers", asked),
               .help = "it has " + names};
}

Result<std::string> start_run(Account& account, const RunRequest& request, const std::string& container) {
  auto tags = tags_of({.stack = account.owner.stack,
                       .lineage = account.owner.lineage,
                       .address = request.address,
                       .token = request.token,
                       .spec = {},
                       .type = "one_off"});
  auto wanted = params(
      {{"cluster", request.inputs["cluster"]},
       {"taskDefinition", request.inputs["task_definition"]},
       {"clientToken", request.token},
       {"networkConfiguration", request.inputs["network"]},
       {"tags", ecs_tags(tags)},
       {"overrides", params({{"containerOverrides",
                              List{params({{"name", container},
                                           {"command", List(request.command.begin(), request.command.end())}})}}})}});
  if (items_of(request.inputs["strategy"]).empty()) {
    const auto& launch = request.inputs["launch_type"];
    wanted.set("launchType", launch.is_null() ? Value("EC2") : launch);
  } else {
    wanted.set("capacityProviderStrategy", request.inputs["strategy"]);
  }
  const auto started = account.client.call("ecs", "RunTask", Value(std::move(wanted)));
  if (!started) return started.error();
  for (const auto& task : items_of(started["tasks"])) return text_of(task["taskArn"]);
  std::string reason = "no task was started";
  for (const auto& failure : items_of(started["failures"])) reason = text_of(failure["reason"]);
  return Error{.code = "E0626", .message = "the task can't be started: " + reason};
}

const Value* container_in(const Value& task, const std::string& name) {
  for (const auto& one : items_of(task["containers"])) {
    if (text_of(one["name"]) == name) return &one;
  }
  return nullptr;
}

}  // namespace

bool AwsLive::runs_commands_of(std::string_view type) const { return type == "ecs_service" || type == "run_task"; }

Result<int> AwsLive::run(const RunRequest& request, const ExecStreams& streams, const Cancel& cancel) {
  if (request.tty || request.input) return no_terminal();
  const auto revision = describe_revision(account_, text_of(request.inputs["task_definition"]));
  if (!revision) return revision.error();
  const auto container = container_for(*revision ? (*revision)->definition : Value(), request.container);
  if (!container) return container.error();
  const auto arn = start_run(account_, request, *container);
  if (!arn) return arn.error();
  const LiveContainer running{.address = request.address, .container = *container, .id = *arn + "#" + *container};
  const auto take = [&](const LogLine& line) {
    streams.take(false, line.text + "\n");
    return true;
  };
  if (auto told = logs(running, {.follow = true}, take, cancel); !told) return std::move(told).error();
  for (;;) {
    const auto task = task_of(running);
    if (!task) return task.error();
    if (cancel.draining()) {
      const auto stopped =
          account_.client.call("ecs", "StopTask", params({{"cluster", cluster_of_id(running.id)}, {"task", *arn}}));
      if (!stopped) return stopped.error();
      return Error{.code = "E0703", .message = "the command was cancelled, and its task stopped"};
    }
    if (task->is_null() || text_of((*task)["lastStatus"]) == "STOPPED") {
      const auto* ended = container_in(*task, *container);
      if (ended != nullptr && !(*ended)["exitCode"].is_null()) return static_cast<int>(number_of((*ended)["exitCode"]));
      return Error{.code = "E0626", .message = "the command never ran: " + stop_reason(*task)};
    }
    if (!account_.client.clock().sleep(kPollRun, &cancel)) continue;
  }
}

}  // namespace infra::aws
