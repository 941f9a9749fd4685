#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/aws_surroundings.h"
#include "providers/aws/types/ecs/ecs_tags.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

constexpr std::size_t kClustersAtOnce = 100;

Seen cluster_seen(const Value& item) {
  Seen seen{.id = text_of(item["clusterArn"]), .tags = read_tags(item["tags"])};
  const auto status = text_of(item["status"]);
  seen.state = status == "ACTIVE"         ? State::ready
               : status == "PROVISIONING" ? State::starting
               : status == "FAILED"       ? State::failed
                                          : State::gone;
  seen.outputs = params({{"arn", seen.id}});
  seen.fixed.set("name", text_of(item["clusterName"]));
  return seen;
}

Objects describe_clusters(Account& account, const List& arns) {
  std::vector<Seen> out;
  for (std::size_t from = 0; from < arns.size(); from += kClustersAtOnce) {
    const List some(arns.begin() + static_cast<std::ptrdiff_t>(from),
                    arns.begin() + static_cast<std::ptrdiff_t>(std::min(arns.size(), from + kClustersAtOnce)));
    const auto answer =
        account.client.call("ecs", "DescribeClusters", params({{"clusters", some}, {"include", List{"TAGS"}}}));
    if (!answer) return answer.error();
    for (const auto& item : items_of(answer["clusters"])) {
      auto seen = cluster_seen(item);
      if (seen.state != State::gone) out.push_back(std::move(seen));
    }
  }
  return out;
}

Objects list_clusters(Account& account, const std::vector<Known>&) {
  const auto arns = account.client.list("ecs", "ListClusters", {}, {"nextToken", "nextToken", "clusterArns"});
  if (!arns) return arns.error();
  return describe_clusters(account, items_of(arns.value()));
}

Result<std::string> create_cluster(Call& call) {
  using namespace std::chrono_literals;
  // Asked to make one that is there ECS gives it as made.
  const auto there = describe_clusters(call.account(), {call["name"]});
  if (!there) return there.error();
  if (!there->empty() && !is_own(call.account(), there->front().tags)) return taken("cluster", call.text("name"));
  const auto made = call.insist(
      [&] {
        return call.call("ecs", "CreateCluster",
                         params({{"clusterName", call.text("name")}, {"tags", ecs_tags(call.tags())}}));
      },
      // The first cluster of an account makes ECS's own role, which takes a moment to be there.
      [](const Fault& fault) {
        return fault.is({"InvalidParameterException"}) &&
               fault.message.find("service linked role") != std::string::npos;
      },
      5s, 1min);
  if (!made) return made.error();
  return text_of(made["cluster"]["clusterArn"]);
}

Result<Ok> destroy_cluster(Call& call) {
  using namespace std::chrono_literals;
  return gone(call.insist(
      [&] {
        return call.call("ecs", "DeleteCluster", params({{"cluster", call.id}}));
      },
      [](const Fault& fault) {
        return fault.is(
            {"ClusterContainsTasksException", "ClusterContainsServicesException", "UpdateInProgressException"});
      },
      5s, 10min));
}

}  // namespace

Result<Ok> tag_in_ecs(Account& account, const std::string& id, const Tags& tags) {
  return done(account.client.call("ecs", "TagResource", params({{"resourceArn", id}, {"tags", ecs_tags(tags)}})));
}

Result<List> clusters_in_use(Account& account) {
  const auto all = list_clusters(account, {});
  if (!all) return all.error();
  const auto hosts = account.hosts->clusters();
  List out;
  for (const auto& cluster : *all) {
    const auto mark = mark_of(cluster.tags);
    const bool own = mark && mark->lineage == account.owner.lineage;
    if (own || hosts.contains(cluster.id)) out.emplace_back(cluster.id);
  }
  return out;
}

const Type& ecs_cluster_type() {
  static const Type type{
      .schema = {.name = "ecs_cluster",
                 .doc = "What services and their capacity belong to.",
                 .attributes = {exclusive(fixed("name", types::string(), "Its name.")), labels_attribute(),
                                output("arn", "Its ARN.")}},
      .list = list_clusters,
      .actions = {"ecs:CreateCluster", "ecs:DeleteCluster", "ecs:DescribeClusters", "ecs:ListClusters",
                  "ecs:TagResource", "ecs:UntagResource", "iam:CreateServiceLinkedRole"},
      .create = create_cluster,
      .destroy = destroy_cluster,
      .look = [](Account& account, const Known& known) -> Result<std::optional<Seen>> {
        auto all = describe_clusters(account, {known.id});
        if (!all) return std::move(all).error();
        return all->empty() ? std::optional<Seen>() : std::optional(std::move(all->front()));
      },
      .find = [](Account& account, const std::string& name) -> Result<std::string> {
        return account.identity.arn_of("ecs", "cluster/" + name);
      },
      .surroundings = around_cluster,
      .every = std::chrono::seconds(2),
      .tag = tag_in_ecs};
  return type;
}

}  // namespace infra::aws
