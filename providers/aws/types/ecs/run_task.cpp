#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/ecs/ecs_revisions.h"
#include "providers/aws/types/ecs/ecs_tags.h"
#include "providers/aws/types/ecs/ecs_tasks.h"
#include "providers/aws/types/ecs/last_words.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

// By this the runs of a stack are listed: 36 characters at most.
std::string started_by(const Ownership& owner) { return "infra/" + owner.lineage.substr(0, 30); }

std::string cluster_of_task(std::string_view id) {
  // arn:…:task/CLUSTER/ID
  const auto resource = parse_arn(id).resource;
  const auto first = resource.find('/');
  return std::string(resource.substr(first + 1, resource.find('/', first + 1) - first - 1));
}

constexpr std::int64_t kTerminated = 143;  // SIGTERM
constexpr std::int64_t kKilled = 137;      // SIGKILL

// A sidecar's end is nobody's business: the run is over when an essential container has ended, and the others are
// stopped then, with whatever code that gives.
std::string trouble_of_exits(const List& containers, const std::set<std::string>& sidecars) {
  bool one_succeeded = false;
  for (const auto& container : containers) {
    const auto& code = container["exitCode"];
    const bool counts = !sidecars.contains(text_of(container["name"]));
    one_succeeded = one_succeeded || (counts && !code.is_null() && number_of(code) == 0);
  }
  for (const auto& container : containers) {
    const auto& code = container["exitCode"];
    const auto name = text_of(container["name"]);
    if (sidecars.contains(name) || code.is_null() || number_of(code) == 0) continue;
    const bool stopped = number_of(code) == kTerminated || number_of(code) == kKilled;
    if (stopped && one_succeeded) continue;
    return fmt::format("container {} exited with code {}", name, number_of(code));
  }
  return {};
}

// "container migrate exited with code 3", or why it never ran; empty: all is well.
std::string trouble_of(const Value& task, const std::set<std::string>& sidecars) {
  const auto& containers = items_of(task["containers"]);
  for (const auto& container : containers) {
    if (auto reason = text_of(container["reason"]); !reason.empty()) return reason;
  }
  if (auto trouble = trouble_of_exits(containers, sidecars); !trouble.empty()) return trouble;
  const bool by_itself = text_of(task["stopCode"]) == "EssentialContainerExited";
  return by_itself ? "" : text_of(task["stoppedReason"]);
}

Seen task_seen(const Value& item, const std::set<std::string>& sidecars) {
  Seen seen{.id = text_of(item["taskArn"]), .tags = read_tags(item["tags"])};
  const auto status = text_of(item["lastStatus"]);
  seen.outputs = params({{"arn", seen.id}});
  if (status != "STOPPED") {
    seen.state = State::starting;
    seen.detail = "the task is " + status;
  } else if (const auto trouble = trouble_of(item, sidecars); !trouble.empty()) {
    seen.state = State::failed;
    seen.detail = trouble;
  }
  return seen;
}

Result<std::string> create_run(Call& call) {
  auto request = params({{"cluster", call.text("cluster")},
                         {"taskDefinition", call["task_definition"]},
                         {"startedBy", started_by(call.account().owner)},
                         {"networkConfiguration", call["network"]},
                         {"tags", ecs_tags(call.tags())}});
  if (call["strategy"].is_null()) {
    request.set("launchType", call["launch_type"].is_null() ? Value("EC2") : call["launch_type"]);
  } else {
    request.set("capacityProviderStrategy", call["strategy"]);
  }
  call.patience = std::chrono::seconds(number_of(call["timeout_seconds"]));
  using namespace std::chrono_literals;
  std::string said;
  for (auto waited = 0ms;; waited += 10'000ms) {
    // One that has started nothing is asked anew: by the same token AWS would answer as before.
    request.set("clientToken", fmt::format("{}-{}", call.client_token(), waited.count() / 1000));
    const auto run = call.call("ecs", "RunTask", Value(request));
    if (!run) return run.error();
    for (const auto& task : items_of(run["tasks"])) return text_of(task["taskArn"]);
    // An answer of 200 with reasons why nothing was started: instances that are still on their way.
    std::string reason = "no task was started";
    for (const auto& failure : items_of(run["failures"])) reason = text_of(failure["reason"]);
    const bool patient = reason.starts_with("RESOURCE") || reason.starts_with("AGENT");
    if (!patient || waited >= call.patience) {
      return Error{.code = "E0626", .message = fmt::format("the task can't be started: {}", reason)};
    }
    if (reason != said) call.say(said = reason);
    if (!call.account().client.clock().sleep(10s, &call.cancel())) {
      return Error{.code = "E0703", .message = "the start of the task was cancelled"};
    }
  }
}

// Of a task that has ended with an exit code other than 0: which of its containers aren't essential.
Result<std::set<std::string>> sidecars_of(Account& account, const Value& task) {
  std::set<std::string> out;
  const auto& containers = items_of(task["containers"]);
  const bool bad = std::any_of(containers.begin(), containers.end(),
                               [](const Value& one) { return number_of(one["exitCode"]) != 0; });
  if (!bad || text_of(task["lastStatus"]) != "STOPPED") return out;
  const auto revision = describe_revision(account, text_of(task["taskDefinitionArn"]));
  if (!revision) return revision.error();
  if (!*revision) return out;
  for (const auto& one : items_of((*revision)->definition["containerDefinitions"])) {
    if (!one["essential"].is_null() && !flag_of(one["essential"])) out.insert(text_of(one["name"]));
  }
  return out;
}

Objects runs_in(Account& account, const Reply& tasks) {
  if (!tasks) return tasks.fault().not_found() ? Objects(std::vector<Seen>()) : Objects(tasks.error());  // no cluster
  std::vector<Seen> out;
  for (const auto& task : items_of(tasks.value())) {
    const auto sidecars = sidecars_of(account, task);
    if (!sidecars) return sidecars.error();
    out.push_back(task_seen(task, *sidecars));
  }
  return out;
}

// A run that is recorded has happened, and stays so when ECS has forgotten its task: nothing is asked about it. Those
// that a killed run may have started are looked for.
Objects list_runs(Account& account, const std::vector<Known>& known) {
  std::vector<Seen> out;
  bool open = known.empty();
  for (const auto& one : known) {
    open = open || one.id.empty();
    if (one.id.empty()) continue;
    Seen seen{.id = one.id};
    seen.outputs = params({{"arn", one.id}});
    out.push_back(std::move(seen));
  }
  if (!open) return out;
  const auto clusters = clusters_in_use(account);
  if (!clusters) return clusters.error();
  for (const auto& cluster : *clusters) {
    for (const auto* status : {"RUNNING", "STOPPED"}) {
      // Without an intent only what still runs is of interest: what has failed is told and done with.
      if (known.empty() && std::string_view(status) == "STOPPED") continue;
      auto some =
          runs_in(account, find_tasks(account, text_of(cluster),
                                      params({{"startedBy", started_by(account.owner)}, {"desiredStatus", status}}),
                                      TaskTags::yes));
      if (!some) return some;
      for (auto& one : *some) {
        const bool recorded = std::any_of(known.begin(), known.end(), [&](const Known& k) { return k.id == one.id; });
        if (!recorded) out.push_back(std::move(one));
      }
    }
  }
  return out;
}

Result<Ok> stop_run(Call& call) {
  const auto stopped = call.call("ecs", "StopTask", params({{"cluster", cluster_of_task(call.id)}, {"task", call.id}}));
  // It has ended long ago.
  const bool unknown = !stopped && stopped.fault().is({"InvalidParameterException"});
  return unknown ? Result<Ok>(Ok()) : gone(stopped);
}

}  // namespace

const Type& run_task_type() {
  static const Type type{
      .schema = {.name = "run_task",
                 .doc = "One run of a task: it has succeeded once its essential containers have ended with 0.",
                 .attributes = {fixed("cluster", types::string(), "The cluster's ARN."),
                                fixed("task_definition", types::string(), "The revision that is run."),
                                fixed_optional("network", types::map(infra::Type()), "Of awsvpc tasks."),
                                fixed_optional("strategy", types::list(types::map(infra::Type())),
                                               "The capacity that it takes; default: the cluster's instances."),
                                fixed_optional("launch_type", types::string(),
                                               "EC2 or FARGATE, in a cluster without capacity providers."),
                                changeable("timeout_seconds", types::integer(), "How long it may take."),
                                fixed_optional("labels", types::map(types::string()),
                                               "Tags beside those by which it is known."),
                                output("arn", "The task's ARN.")}},
      .list = list_runs,
      .actions = {"ecs:DescribeClusters", "ecs:DescribeTaskDefinition", "ecs:DescribeTasks", "ecs:ListClusters",
                  "ecs:ListTasks", "ecs:RunTask", "ecs:StopTask", "ecs:TagResource", "iam:PassRole",
                  "logs:GetLogEvents"},
      .create = create_run,
      .update = [](Call& call) -> Result<Ok> {
        call.mark = "past";  // another timeout is for the next run
        return Ok();
      },
      .destroy = stop_run,
      .look = [](Account& account, const Known& known) -> Result<std::optional<Seen>> {
        auto found = runs_in(account, describe_tasks(account, cluster_of_task(known.id), {known.id}, TaskTags::yes));
        if (!found) return std::move(found).error();
        return found->empty() ? std::optional<Seen>() : std::optional(std::move(found->front()));
      },
      .watch = [](Account&, const Known& known, const std::string&) -> Result<std::optional<Seen>> {
        Seen seen{.id = known.id};
        seen.outputs = params({{"arn", known.id}});
        return std::optional(std::move(seen));
      },
      .last_words = last_words_of_run,
      .every = std::chrono::seconds(6),
      .deadline = std::chrono::hours(1)};
  return type;
}

}  // namespace infra::aws
