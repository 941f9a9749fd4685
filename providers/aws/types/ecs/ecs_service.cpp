#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/aws_surroundings.h"
#include "providers/aws/types/ecs/ecs_revisions.h"
#include "providers/aws/types/ecs/ecs_rollout.h"
#include "providers/aws/types/ecs/ecs_tags.h"
#include "providers/aws/types/ecs/ecs_traffic.h"
#include "providers/aws/types/ecs/hand_over.h"
#include "providers/aws/types/ecs/last_words.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

constexpr std::size_t kServicesAtOnce = 10;

std::string cluster_of_service(std::string_view id) {
  // arn:…:service/CLUSTER/NAME
  const auto resource = parse_arn(id).resource;
  const auto first = resource.find('/');
  return std::string(resource.substr(first + 1, resource.find('/', first + 1) - first - 1));
}

// The members that both CreateService and UpdateService take.
Map common_members(const Call& call) {
  auto out = params({{"cluster", call.text("cluster")},
                     {"taskDefinition", call["task_definition"]},
                     {"deploymentConfiguration", call["deployment"]},
                     {"networkConfiguration", call["network"]},
                     {"capacityProviderStrategy", call["strategy"]},
                     {"placementConstraints", call["constraints"]},
                     {"placementStrategy", call["placement"]},
                     {"healthCheckGracePeriodSeconds", call["grace_seconds"]}});
  if (!items_of(call["balancers"]).empty()) out.set("loadBalancers", call["balancers"]);
  out.set("enableExecuteCommand", flag_of(call["exec"]));
  return out;
}

Result<std::string> create_service(Call& call) {
  auto request = common_members(call);
  request.set("serviceName", call.text("name"));
  request.set("clientToken", call.client_token());
  request.set("tags", ecs_tags(call.tags()));
  request.set("propagateTags", "SERVICE");
  if (flag_of(call["daemon"])) {
    request.set("schedulingStrategy", "DAEMON");
    request.set("launchType", "EC2");
  } else {
    if (!call["launch_type"].is_null()) request.set("launchType", call["launch_type"]);
    request.set("desiredCount", call["desired"].is_null() ? call["initial"] : call["desired"]);
  }
  using namespace std::chrono_literals;
  const auto made =
      call.insist([&] { return call.call("ecs", "CreateService", Value(request)); },
                  [](const Fault& fault) {
                    // One of the same name goes, or the rule that joins the target group isn't known everywhere.
                    return fault.message.find("still Draining") != std::string::npos ||
                           fault.message.find("does not have an associated load balancer") != std::string::npos;
                  },
                  5s, 10min);
  if (!made) return made.error();
  call.mark = primary_of(made["service"]);
  return text_of(made["service"]["serviceArn"]);
}

// Only what has changed: what somebody else changed in the others stays theirs.
Result<Ok> update_service(Call& call) {
  auto request = params({{"cluster", call.text("cluster")}, {"service", call.id}});
  const auto all = common_members(call);
  const std::pair<const char*, const char*> kMembers[] = {{"task_definition", "taskDefinition"},
                                                          {"deployment", "deploymentConfiguration"},
                                                          {"network", "networkConfiguration"},
                                                          {"strategy", "capacityProviderStrategy"},
                                                          {"constraints", "placementConstraints"},
                                                          {"placement", "placementStrategy"},
                                                          {"grace_seconds", "healthCheckGracePeriodSeconds"},
                                                          {"exec", "enableExecuteCommand"}};
  for (const auto& [input, member] : kMembers) {
    if (const auto* value = all.find(member); call.differs(input) && value != nullptr) request.set(member, *value);
  }
  // A deployment that has failed isn't tried again by asking for the same.
  // Tasks that run already can't be looked into after all.
  const bool anew = call.differs("strategy") || call.drifted("task_definition") || call.differs("exec");
  if (anew) request.set("forceNewDeployment", true);
  if (call.differs("balancers")) request.set("loadBalancers", List(items_of(call["balancers"])));
  if (call.differs("desired") && !call["desired"].is_null()) request.set("desiredCount", call["desired"]);
  if (request.size() == 2) return Ok();  // what changed is for the next one that is made
  const auto ask = [&] {
    const auto updated = call.call("ecs", "UpdateService", Value(request));
    if (updated) call.mark = primary_of(updated["service"]);
    return done(updated);
  };
  if (!hands_over(call)) return ask();
  const auto held = hold_copies(call);
  if (!held) return held.error();
  if (auto asked = ask(); !asked) {
    (void)let_go(call, *held);  // else it ends by itself
    return asked;
  }
  return hand_over(call, *held);
}

// The new copies are healthy: requests may go to their target groups, where they don't go there yet.
Result<Ok> settle_service(Call& call) {
  if (!call.differs("balancers")) return Ok();
  List groups;
  for (const auto& one : items_of(call["balancers"])) groups.push_back(one["targetGroupArn"]);
  return groups.empty() ? Result<Ok>(Ok()) : move_traffic(call, groups);
}

Result<Ok> destroy_service(Call& call) {
  using namespace std::chrono_literals;
  const auto cluster = cluster_of_service(call.id);
  const auto asked =
      call.call("ecs", "DeleteService", params({{"cluster", cluster}, {"service", call.id}, {"force", true}}));
  if (!asked && !asked.fault().not_found() && !asked.fault().is({"ServiceNotActiveException"})) return asked.error();
  if (!asked && asked.fault().is({"ClusterNotFoundException"})) return Ok();
  // Its tasks drain, and hold target groups, security groups and the cluster until they have gone.
  const auto waited = call.account().client.wait(
      {.every = 5s, .deadline = 75min, .what = "the end of the service " + last_part(call.id)},
      [&] {
        return call.call("ecs", "DescribeServices", params({{"cluster", cluster}, {"services", List{call.id}}}));
      },
      [](const Reply& reply) {
        if (!reply) return reply.fault().not_found() ? Verdict::done : Verdict::failed;
        const auto& all = items_of(reply["services"]);
        return all.empty() || text_of(all[0]["status"]) == "INACTIVE" ? Verdict::done : Verdict::go_on;
      },
      &call.cancel());
  return waited ? Result<Ok>(Ok()) : Result<Ok>(waited.error());
}

Objects describe_services(Account& account, const std::string& cluster, const List& arns) {
  std::vector<Seen> out;
  for (std::size_t from = 0; from < arns.size(); from += kServicesAtOnce) {
    const List some(arns.begin() + static_cast<std::ptrdiff_t>(from),
                    arns.begin() + static_cast<std::ptrdiff_t>(std::min(arns.size(), from + kServicesAtOnce)));
    const auto answer = account.client.call(
        "ecs", "DescribeServices", params({{"cluster", cluster}, {"services", some}, {"include", List{"TAGS"}}}));
    if (!answer) {
      if (answer.fault().not_found()) continue;  // its cluster is gone
      return answer.error();
    }
    for (const auto& item : items_of(answer["services"])) {
      auto seen = service_seen(item);
      if (seen.state != State::gone) out.push_back(std::move(seen));
    }
  }
  return out;
}

Result<Ok> compare_revisions(Account& account, const std::vector<Known>& known, std::vector<Seen>& services) {
  const KnownById by_id(known);
  for (auto& seen : services) {
    const auto* recorded = by_id.find(seen.id);
    if (recorded == nullptr) continue;
    if (auto compared = compare_revision(account, *recorded, seen); !compared) return compared;
  }
  return Ok();
}

Objects list_services(Account& account, const std::vector<Known>& known) {
  const auto clusters = clusters_in_use(account);
  if (!clusters) return clusters.error();
  std::vector<Seen> out;
  for (const auto& cluster : *clusters) {
    const auto arns = account.client.list("ecs", "ListServices", params({{"cluster", cluster}, {"maxResults", 100}}),
                                          {"nextToken", "nextToken", "serviceArns"});
    if (!arns && arns.fault().not_found()) continue;
    if (!arns) return arns.error();
    auto some = describe_services(account, text_of(cluster), items_of(arns.value()));
    if (!some) return some;
    std::move(some->begin(), some->end(), std::back_inserter(out));
  }
  if (auto compared = compare_revisions(account, known, out); !compared) return std::move(compared).error();
  return out;
}

}  // namespace

const Type& ecs_service_type() {
  static const Type type{
      .schema = {.name = "ecs_service",
                 .doc = "A service of ECS: so many tasks, kept running, replaced under rules.",
                 .attributes =
                     {exclusive(fixed("name", types::string(), "Its name in the cluster."), "cluster"),
                      fixed("cluster", types::string(), "The cluster's ARN."),
                      fixed_optional("daemon", types::boolean(), "One task on each instance."),
                      changeable("task_definition", types::string(), "The revision that it runs."),
                      changeable("desired", types::integer(), "How many tasks; null: somebody else decides."),
                      changeable("initial", types::integer(), "How many at the start, where somebody else decides."),
                      changeable("deployment", types::map(infra::Type()), "The rules of a rollout."),
                      changeable("network", types::map(infra::Type()), "Subnets and groups of awsvpc tasks."),
                      changeable("strategy", types::list(types::map(infra::Type())), "The capacity that it uses."),
                      fixed_optional("launch_type", types::string(),
                                     "EC2 or FARGATE, in a cluster without capacity providers."),
                      changeable("constraints", types::list(types::map(infra::Type())), "Where tasks may run."),
                      changeable("placement", types::list(types::map(infra::Type())), "Where tasks should run."),
                      changeable("balancers", types::list(types::map(infra::Type())), "Its target groups."),
                      changeable("grace_seconds", types::integer(), "How long a new task may be unhealthy."),
                      changeable("exec", types::boolean(), "Commands may be run in its containers (ECS Exec)."),
                      changeable("kept_images", types::list(types::string()),
                                 "Containers whose images somebody else deploys."),
                      labels_attribute(), output("arn", "Its ARN.")}},
      .list = list_services,
      .actions = {"ecs:CreateService",
                  "ecs:DeleteService",
                  "ecs:DescribeClusters",
                  "ecs:DescribeServices",
                  "ecs:DescribeTaskDefinition",
                  "ecs:DescribeTasks",
                  "ecs:ListClusters",
                  "ecs:ListServices",
                  "ecs:ListTasks",
                  "ecs:TagResource",
                  "ecs:UntagResource",
                  "ecs:UpdateService",
                  "ecs:UpdateTaskProtection",
                  "elasticloadbalancing:DescribeListeners",
                  "elasticloadbalancing:DescribeLoadBalancers",
                  "elasticloadbalancing:DescribeRules",
                  "elasticloadbalancing:DescribeTags",
                  "elasticloadbalancing:DescribeTargetHealth",
                  "elasticloadbalancing:ModifyRule",
                  "iam:CreateServiceLinkedRole",
                  "logs:GetLogEvents"},
      .create = create_service,
      .update = update_service,
      .destroy = destroy_service,
      .look = [](Account& account, const Known& known) -> Result<std::optional<Seen>> {
        auto all = describe_services(account, cluster_of_service(known.id), {known.id});
        if (!all) return std::move(all).error();
        if (auto compared = compare_revisions(account, {known}, *all); !compared) return std::move(compared).error();
        return all->empty() ? std::optional<Seen>() : std::optional(std::move(all->front()));
      },
      .watch = watch_service,
      .last_words = last_words_of_service,
      .settle = settle_service,
      // CLUSTER/NAME
      .find = [](Account& account, const std::string& name) -> Result<std::string> {
        return account.identity.arn_of("ecs", "service/" + name);
      },
      .surroundings = around_service,
      .every = std::chrono::seconds(5),
      .deadline = std::chrono::minutes(20),
      .tag = tag_in_ecs};
  return type;
}

}  // namespace infra::aws
