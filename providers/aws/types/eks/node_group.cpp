#include <fmt/format.h>

#include <algorithm>

#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/eks/eks_calls.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

using namespace std::chrono_literals;

constexpr EksParts kNodeGroups{"ListNodegroups", "nodegroups",      "DescribeNodegroup",
                               "nodegroup",      "DeleteNodegroup", "nodegroupName"};

// What EKS says is wrong with it: "Ec2LaunchTemplateVersionMismatch: …".
std::string issues_of(const Value& group) {
  std::string out;
  for (const auto& issue : items_of(group["health"]["issues"])) {
    out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", text_of(issue["code"]), text_of(issue["message"]));
  }
  return out;
}

Seen node_group_seen(const Value& group) {
  Seen seen{.id = text_of(group["nodegroupArn"]), .tags = read_tags(group["tags"])};
  const auto status = text_of(group["status"]);
  seen.state = eks_state(status);
  seen.detail = issues_of(group);
  if (seen.detail.empty() && seen.state != State::ready) seen.detail = status;
  const auto& scaling = group["scalingConfig"];
  seen.outputs = params({{"arn", seen.id}, {"name", text_of(group["nodegroupName"])}});
  seen.live = params({{"min", number_of(scaling["minSize"])},
                      {"max", number_of(scaling["maxSize"])},
                      {"version", text_of(group["version"])}});
  return seen;
}

// How many there are is an autoscaler's to say between the two.
Map scaling_between(const Call& call, std::int64_t now) {
  const auto min = number_of(call["min"]);
  const auto max = number_of(call["max"]);
  return params({{"minSize", min}, {"maxSize", max}, {"desiredSize", std::clamp(now, min, max)}});
}

Result<std::string> create_node_group(Call& call) {
  auto request = params({{"clusterName", last_part(call.text("cluster"))},
                         {"nodegroupName", call.unique(63)},
                         {"nodeRole", call.text("role")},
                         {"subnets", call["subnets"]},
                         {"instanceTypes", List{call["instance"]}},
                         {"amiType", call["ami_type"]},
                         {"scalingConfig", scaling_between(call, number_of(call["min"]))},
                         {"clientRequestToken", call.client_token()},
                         {"tags", tag_map(call.tags())}});
  if (!call["version"].is_null()) request.set("version", call["version"]);
  const auto made = call.call("eks", "CreateNodegroup", Value(std::move(request)));
  if (!made) return made.error();
  return text_of(made["nodegroup"]["nodegroupArn"]);
}

Result<Ok> ask_group(const Call& call, const char* operation, const Map& request) {
  return done(call.insist([&] { return call.call("eks", operation, Value(request)); }, eks_is_busy, 15s, 60min));
}

Result<Ok> update_node_group(Call& call) {
  const auto which = eks_part(kNodeGroups, call.id);
  if (call.differs("min") || call.differs("max")) {
    const auto found = call.call("eks", "DescribeNodegroup", Value(which));
    if (!found) return found.error();
    auto request = which;
    request.set("scalingConfig", scaling_between(call, number_of(found["nodegroup"]["scalingConfig"]["desiredSize"])));
    if (auto asked = ask_group(call, "UpdateNodegroupConfig", request); !asked) return asked;
  }
  if (call["version"].is_null() || !call.differs("version")) return Ok();
  auto request = which;
  request.set("version", call["version"]);
  return ask_group(call, "UpdateNodegroupVersion", request);
}

}  // namespace

const Type& node_group_type() {
  static const Type type{
      .schema = {.name = "node_group",
                 .doc = "Machines of an EKS cluster, which EKS looks after. Billed by the hour.",
                 .attributes = {fixed("cluster", types::string(), "The cluster's ARN."),
                                fixed("role", types::string(), "The ARN of the role that its machines have."),
                                fixed("subnets", types::list(types::string()), "Where its machines stand."),
                                fixed("instance", types::string(), "Of which type they are."),
                                fixed("ami_type", types::string(), "What they run: AL2023_x86_64_STANDARD."),
                                changeable("min", types::integer(), "At least so many."),
                                changeable("max", types::integer(), "At most."),
                                changeable("version", types::string(), "Of Kubernetes: \"1.31\"."), labels_attribute(),
                                output("arn", "Its ARN."), output("name", "Its name.")}},
      .list = [](Account& account,
                 const std::vector<Known>&) { return list_eks_parts(account, kNodeGroups, node_group_seen); },
      .only_if_known = true,
      .actions = {"eks:CreateNodegroup", "eks:DeleteNodegroup", "eks:DescribeCluster", "eks:DescribeNodegroup",
                  "eks:ListClusters", "eks:ListNodegroups", "eks:TagResource", "eks:UntagResource",
                  "eks:UpdateNodegroupConfig", "eks:UpdateNodegroupVersion", "iam:CreateServiceLinkedRole",
                  "iam:PassRole"},
      .billed = "group of EC2 instances",
      .create = create_node_group,
      .update = update_node_group,
      .destroy = [](Call& call) { return destroy_eks_part(call, kNodeGroups); },
      .look = [](Account& account,
                 const Known& known) { return look_at_eks_part(account, kNodeGroups, known.id, node_group_seen); },
      .every = 15s,
      .deadline = 40min,
      .tag = tag_in_eks};
  return type;
}

}  // namespace infra::aws
