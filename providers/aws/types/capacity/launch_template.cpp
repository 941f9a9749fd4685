#include <fmt/format.h>

#include "base/net/base64.h"
#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

// The machine image that AWS offers for ECS now. It stays the template's: a newer one is taken with the next template.
Result<std::string> image_of_instances(const Call& call) {
  const auto name = call.text("image_parameter");
  const auto found = call.call("ssm", "GetParameter", params({{"Name", name}}));
  if (!found) return found.error();
  return text_of(found["Parameter"]["Value"]);
}

std::string user_data(const Call& call) {
  return net::base64(fmt::format(
      "#!/bin/bash\ncat >> /etc/ecs/ecs.config <<'END'\nECS_CLUSTER={}\nECS_ENABLE_SPOT_INSTANCE_DRAINING=true\nEND\n",
      call.text("cluster")));
}

Result<std::string> create_template(Call& call) {
  const auto image = image_of_instances(call);
  if (!image) return image.error();
  auto on_launch = params({{"ResourceType", "instance"}, {"Tag", tag_list(call.tags())}});
  const auto made = call.ec2(
      "CreateLaunchTemplate",
      params({{"LaunchTemplateName", call.unique(128)},
              {"ClientToken", call.client_token()},
              {"TagSpecification", call.tag_specification("launch-template")},
              {"LaunchTemplateData",
               params({{"ImageId", *image},
                       {"InstanceType", call["instance"]},
                       {"IamInstanceProfile", params({{"Arn", call["profile"]}})},
                       {"SecurityGroupId", call["groups"]},
                       {"UserData", user_data(call)},
                       // Tasks in bridge mode are one hop further away than the instance.
                       {"MetadataOptions", params({{"HttpTokens", "required"}, {"HttpPutResponseHopLimit", 2}})},
                       {"TagSpecification", List{std::move(on_launch)}}})}}));
  if (!made) return made.error();
  return call.account().identity.arn_of("ec2",
                                        "launch-template/" + text_of(made["launchTemplate"]["launchTemplateId"]));
}

// The group starts instances from the newest version: one that somebody added counts at once.
void read_version(const Value& item, Seen& seen) {
  const auto newest = number_of(item["latestVersionNumber"]);
  if (newest > 1) seen.drift.push_back({"version", fmt::format("1, now {}", newest)});
}

Result<Ok> take_back_versions(Call& call) {
  const auto template_id = last_part(call.id);
  const auto all = call.account().client.list("ec2", "DescribeLaunchTemplateVersions",
                                              params({{"LaunchTemplateId", template_id}, {"MinVersion", "2"}}),
                                              {"NextToken", "nextToken", "launchTemplateVersionSet"});
  if (!all) return all.error();
  List versions;
  for (const auto& one : items_of(all.value())) versions.emplace_back(text_of(one["versionNumber"]));
  if (versions.empty()) return Ok();
  auto first =
      done(call.ec2("ModifyLaunchTemplate", params({{"LaunchTemplateId", template_id}, {"SetDefaultVersion", "1"}})));
  if (!first) return first;
  return done(call.ec2("DeleteLaunchTemplateVersions",
                       params({{"LaunchTemplateId", template_id}, {"LaunchTemplateVersion", std::move(versions)}})));
}

}  // namespace

const Type& launch_template_type() {
  static const Type type = [] {
    Type out{.schema = {.name = "launch_template",
                        .doc = "How the EC2 instances of a cluster start.",
                        // Other instances are another group of them: services move from the one to the other.
                        .attributes = {fixed("instance", types::string(), "The instance type: \"m6i.large\"."),
                                       fixed("image_parameter", types::string(),
                                             "The SSM parameter with the machine image that is taken."),
                                       fixed("profile", types::string(), "The instance profile's ARN."),
                                       fixed("groups", types::list(types::string()), "Security groups."),
                                       fixed("cluster", types::string(), "The name of the cluster that they join."),
                                       labels_attribute(), output("id", "lt-…")}},
             .actions = {"ec2:CreateLaunchTemplate", "ec2:CreateTags", "ec2:DeleteTags", "ec2:DeleteLaunchTemplate",
                         "ec2:DeleteLaunchTemplateVersions", "ec2:DescribeLaunchTemplateVersions",
                         "ec2:DescribeLaunchTemplates", "ec2:ModifyLaunchTemplate", "ssm:GetParameter"},
             .create = create_template,
             .update = take_back_versions,
             .destroy = [](Call& call) { return delete_ec2(call, "DeleteLaunchTemplate", "LaunchTemplateId"); },
             .every = std::chrono::seconds(2)};
    seen_by_ec2(
        out,
        {"DescribeLaunchTemplates", "launchTemplates", "launchTemplateId", "launch-template-id", "launch-template"},
        read_version);
    // The API has no filter by id, but a parameter.
    out.look = [](Account& account, const Known& known) -> Result<std::optional<Seen>> {
      const auto found = account.client.call("ec2", "DescribeLaunchTemplates",
                                             params({{"LaunchTemplateId", List{last_part(known.id)}}}));
      if (!found) {
        if (found.fault().not_found()) return std::optional<Seen>();
        return found.error();
      }
      for (const auto& item : items_of(found["launchTemplates"])) {
        Seen seen{.id = known.id, .tags = read_tags(item["tagSet"])};
        seen.outputs.set("id", last_part(known.id));
        read_version(item, seen);
        return std::optional(std::move(seen));
      }
      return std::optional<Seen>();
    };
    return out;
  }();
  return type;
}

}  // namespace infra::aws
