#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/eks/eks_calls.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

using namespace std::chrono_literals;

constexpr EksParts kFargateProfiles{"ListFargateProfiles", "fargateProfileNames",  "DescribeFargateProfile",
                                    "fargateProfile",      "DeleteFargateProfile", "fargateProfileName"};

Seen fargate_profile_seen(const Value& profile) {
  Seen seen{.id = text_of(profile["fargateProfileArn"]), .tags = read_tags(profile["tags"])};
  const auto status = text_of(profile["status"]);
  seen.state = eks_state(status);
  seen.detail = seen.state == State::ready ? "" : status;
  seen.outputs = params({{"arn", seen.id}, {"name", text_of(profile["fargateProfileName"])}});
  return seen;
}

Result<std::string> create_fargate_profile(Call& call) {
  auto selector = params({{"namespace", call["namespace"]}});
  if (!call["pod_labels"].is_null()) selector.set("labels", call["pod_labels"]);
  const auto request = params({{"clusterName", last_part(call.text("cluster"))},
                               {"fargateProfileName", call.unique(100)},
                               {"podExecutionRoleArn", call.text("role")},
                               {"subnets", call["subnets"]},
                               {"selectors", List{std::move(selector)}},
                               {"clientRequestToken", call.client_token()},
                               {"tags", tag_map(call.tags())}});
  // A cluster makes or deletes one profile at a time.
  const auto made =
      call.insist([&] { return call.call("eks", "CreateFargateProfile", Value(request)); }, eks_is_busy, 10s, 20min);
  if (!made) return made.error();
  return text_of(made["fargateProfile"]["fargateProfileArn"]);
}

}  // namespace

const Type& fargate_profile_type() {
  static const Type type{
      .schema = {.name = "fargate_profile",
                 .doc = "Which pods of an EKS cluster run without machines.",
                 .attributes = {fixed("cluster", types::string(), "The cluster's ARN."),
                                fixed("role", types::string(), "The ARN of the role by which images are pulled."),
                                fixed("subnets", types::list(types::string()), "Private ones, where the pods are."),
                                fixed("namespace", types::string(), "Whose pods."),
                                fixed_optional("pod_labels", types::map(types::string()), "Only those with these."),
                                labels_attribute(), output("arn", "Its ARN."), output("name", "Its name.")}},
      .list = [](Account& account,
                 const std::vector<Known>&) { return list_eks_parts(account, kFargateProfiles, fargate_profile_seen); },
      .only_if_known = true,
      .actions = {"eks:CreateFargateProfile", "eks:DeleteFargateProfile", "eks:DescribeCluster",
                  "eks:DescribeFargateProfile", "eks:ListClusters", "eks:ListFargateProfiles", "eks:TagResource",
                  "eks:UntagResource", "iam:CreateServiceLinkedRole", "iam:PassRole"},
      .create = create_fargate_profile,
      .destroy = [](Call& call) { return destroy_eks_part(call, kFargateProfiles); },
      .look =
          [](Account& account, const Known& known) {
            return look_at_eks_part(account, kFargateProfiles, known.id, fargate_profile_seen);
          },
      .every = 10s,
      .deadline = 10min,
      .tag = tag_in_eks};
  return type;
}

}  // namespace infra::aws
