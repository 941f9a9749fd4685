#include <fmt/format.h>

#include <charconv>

#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/eks/eks_calls.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

using namespace std::chrono_literals;

// For people: kubectl asks the `aws` program for a token.
std::string kubeconfig_of(const Value& cluster, const std::string& region) {
  const auto name = text_of(cluster["name"]);
  return fmt::format(
      "apiVersion: v1\n"
      "kind: Config\n"
      "clusters:\n"
      "- name: {0}\n"
      "  cluster:\n"
      "    server: {1}\n"
      "    certificate-authority-data: {2}\n"
      "contexts:\n"
      "- name: {0}\n"
      "  context: {{cluster: {0}, user: {0}}}\n"
      "current-context: {0}\n"
      "users:\n"
      "- name: {0}\n"
      "  user:\n"
      "    exec:\n"
      "      apiVersion: client.authentication.k8s.io/v1beta1\n"
      "      command: aws\n"
      "      args: [eks, get-token, --cluster-name, {0}, --region, {3}]\n",
      name, text_of(cluster["endpoint"]), text_of(cluster["certificateAuthority"]["data"]), region);
}

Seen eks_cluster_seen(const Account& account, const Value& cluster) {
  Seen seen{.id = text_of(cluster["arn"]), .tags = read_tags(cluster["tags"])};
  const auto status = text_of(cluster["status"]);
  seen.state = eks_state(status);
  seen.detail = seen.state == State::ready ? "" : status;
  const auto& region = account.identity.region;
  seen.outputs = params({{"arn", seen.id},
                         {"region", region},
                         {"endpoint", text_of(cluster["endpoint"])},
                         {"certificate", text_of(cluster["certificateAuthority"]["data"])},
                         {"kubeconfig", kubeconfig_of(cluster, region)}});
  seen.fixed = params({{"name", text_of(cluster["name"])}, {"role", text_of(cluster["roleArn"])}});
  seen.live = params(
      {{"version", text_of(cluster["version"])}, {"subnets", items_of(cluster["resourcesVpcConfig"]["subnetIds"])}});
  return seen;
}

Result<std::optional<Seen>> look_at_cluster_named(Account& account, const std::string& name) {
  const auto cluster = find_eks_cluster(account, name);
  if (!cluster) return cluster.error();
  if (cluster->is_null()) return std::optional<Seen>();
  auto seen = eks_cluster_seen(account, *cluster);
  return seen.state == State::gone ? std::optional<Seen>() : std::optional(std::move(seen));
}

Objects list_eks_clusters(Account& account, const std::vector<Known>&) {
  const auto names = own_eks_clusters(account);
  if (!names) return names.error();
  return look_at_each(account, *names, look_at_cluster_named);
}

Map vpc_of(const Call& call) { return params({{"subnetIds", call["subnets"]}}); }

Result<std::string> create_eks_cluster(Call& call) {
  auto vpc = vpc_of(call);
  // Machines reach it inside of the VPC, and whoever deploys from outside.
  vpc.set("endpointPublicAccess", true);
  vpc.set("endpointPrivateAccess", true);
  auto request = params({{"name", call.text("name")},
                         {"roleArn", call.text("role")},
                         {"resourcesVpcConfig", std::move(vpc)},
                         {"accessConfig", params({{"authenticationMode", "API_AND_CONFIG_MAP"},
                                                  {"bootstrapClusterCreatorAdminPermissions", true}})},
                         {"clientRequestToken", call.client_token()},
                         {"tags", tag_map(call.tags())}});
  if (!call["version"].is_null()) request.set("version", call["version"]);
  const auto made = call.call("eks", "CreateCluster", Value(std::move(request)));
  if (!made) return made.error();
  return text_of(made["cluster"]["arn"]);
}

// "1.31" as 131: a version of Kubernetes is never 2.
int minor_of(const std::string& version) {
  int minor = 0;
  const auto dot = version.find('.');
  if (dot != std::string::npos) std::from_chars(version.data() + dot + 1, version.data() + version.size(), minor);
  return minor;
}

Result<Ok> wait_until_active(const Call& call, const std::string& name) {
  const auto waited = call.account().client.wait(
      {.every = 15s, .deadline = 60min, .what = "the update of " + name},
      [&] {
        return call.account().client.call("eks", "DescribeCluster", params({{"name", name}}));
      },
      [](const Reply& reply) {
        if (!reply) return Verdict::failed;
        return eks_state(text_of(reply["cluster"]["status"])) == State::ready ? Verdict::done : Verdict::go_on;
      },
      &call.cancel());
  if (waited) return Ok();
  return waited.error();
}

// One minor version at a time, as EKS wants it.
Result<Ok> raise_version(Call& call, const std::string& name) {
  const auto wanted = call.text("version");
  const auto cluster = find_eks_cluster(call.account(), name);
  if (!cluster) return cluster.error();
  const auto now = text_of((*cluster)["version"]);
  if (minor_of(wanted) < minor_of(now)) {
    return Error{
        .code = "E0623",
        .message = fmt::format("{} runs Kubernetes {}, and EKS never goes back to an older version", name, now),
        .help = fmt::format("write version = \"{}\"", now)};
  }
  for (int minor = minor_of(now) + 1; minor <= minor_of(wanted); ++minor) {
    const auto next = fmt::format("1.{}", minor);
    call.say(fmt::format("from {} to {}", fmt::format("1.{}", minor - 1), next));
    auto asked = done(call.insist(
        [&] {
          return call.call(
              "eks", "UpdateClusterVersion",
              params({{"name", name}, {"version", next}, {"clientRequestToken", call.client_token() + next}}));
        },
        eks_is_busy, 15s, 60min));
    if (!asked) return asked;
    if (auto active = wait_until_active(call, name); !active) return active;
  }
  return Ok();
}

Result<Ok> update_eks_cluster(Call& call) {
  const auto name = last_part(call.id);
  if (call.differs("subnets")) {
    auto asked = done(call.insist(
        [&] {
          return call.call("eks", "UpdateClusterConfig",
                           params({{"name", name}, {"resourcesVpcConfig", vpc_of(call)}}));
        },
        eks_is_busy, 15s, 60min));
    if (!asked) return asked;
    if (auto active = wait_until_active(call, name); !active) return active;
  }
  if (call["version"].is_null() || !call.differs("version")) return Ok();
  return raise_version(call, name);
}

Result<Ok> destroy_eks_cluster(Call& call) {
  const auto name = last_part(call.id);
  // Not while it is being made or changed, nor before the last of its groups has gone.
  return end_in_eks(call, {.remove = "DeleteCluster",
                           .describe = "DescribeCluster",
                           .record = "cluster",
                           .which = params({{"name", name}}),
                           .name = name,
                           .every = 15s,
                           .busy = 20min,
                           .deadline = 20min});
}

}  // namespace

const Type& eks_cluster_type() {
  static const Type type{
      .schema = {.name = "eks_cluster",
                 .doc = "A control plane of Kubernetes. Billed by the hour.",
                 .attributes = {exclusive(fixed("name", types::string(), "Its name.")),
                                fixed("role", types::string(), "The ARN of the role that it takes."),
                                changeable("subnets", types::list(types::string()), "Where it can be reached."),
                                changeable("version", types::string(), "Of Kubernetes: \"1.31\"."), labels_attribute(),
                                output("arn", "Its ARN."), output("certificate", "Its certificate authority: base64."),
                                output("endpoint", "The URL of its API."),
                                output("kubeconfig", "How kubectl reaches it, with the program `aws`."),
                                output("region", "Where it is.")}},
      .list = list_eks_clusters,
      .only_if_known = true,
      .actions = {"eks:CreateCluster", "eks:DeleteCluster", "eks:DescribeCluster", "eks:ListClusters",
                  "eks:TagResource", "eks:UntagResource", "eks:UpdateClusterConfig", "eks:UpdateClusterVersion",
                  "iam:CreateServiceLinkedRole", "iam:PassRole"},
      .billed = "EKS cluster",
      .create = create_eks_cluster,
      .update = update_eks_cluster,
      .destroy = destroy_eks_cluster,
      .look = [](Account& account, const Known& known) { return look_at_cluster_named(account, last_part(known.id)); },
      .find = [](Account& account, const std::string& name) -> Result<std::string> {
        return account.identity.arn_of("eks", "cluster/" + name);
      },
      .every = 15s,
      .deadline = 20min,
      .tag = tag_in_eks};
  return type;
}

}  // namespace infra::aws
