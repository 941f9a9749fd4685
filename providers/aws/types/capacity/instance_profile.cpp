#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/iam.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

Result<std::optional<Seen>> look_at_profile(Account& account, const std::string& name) {
  const auto found = account.client.call("iam", "GetInstanceProfile", params({{"InstanceProfileName", name}}));
  if (!found) {
    if (found.fault().not_found()) return std::optional<Seen>();
    return found.error();
  }
  const auto& profile = found["InstanceProfile"];
  Seen seen{.id = text_of(profile["Arn"]), .tags = read_tags(profile["Tags"])};
  // Made and without its role: the run that made it was killed in between.
  if (items_of(profile["Roles"]).empty()) {
    seen.state = State::failed;
    seen.detail = "it has no role";
  }
  for (const auto& role : items_of(profile["Roles"])) seen.live.set("role", text_of(role["RoleName"]));
  seen.outputs = params({{"arn", seen.id}});
  return std::optional(std::move(seen));
}

Objects list_profiles(Account& account, const std::vector<Known>&) {
  const auto all = account.client.list("iam", "ListInstanceProfiles", params({{"PathPrefix", iam_path(account.owner)}}),
                                       {"Marker", "Marker", "InstanceProfiles"});
  if (!all) return all.error();
  return look_at_each(account, items_of(all.value()), [](Account& of, const Value& listed) {
    return look_at_profile(of, text_of(listed["InstanceProfileName"]));
  });
}

Result<std::string> create_profile(Call& call) {
  const auto name = call.unique(64);
  const auto made = call.call(
      "iam", "CreateInstanceProfile",
      params(
          {{"InstanceProfileName", name}, {"Path", iam_path(call.account().owner)}, {"Tags", tag_list(call.tags())}}));
  if (!made) return made.error();
  const auto added =
      call.call("iam", "AddRoleToInstanceProfile", params({{"InstanceProfileName", name}, {"RoleName", call["role"]}}));
  if (!added) return added.error();
  return text_of(made["InstanceProfile"]["Arn"]);
}

Result<Ok> take_off_roles(const Call& call, const std::string& name, const Value& profile) {
  for (const auto& role : items_of(profile["Roles"])) {
    auto left = gone(call.call("iam", "RemoveRoleFromInstanceProfile",
                               params({{"InstanceProfileName", name}, {"RoleName", text_of(role["RoleName"])}})));
    if (!left) return left;
  }
  return Ok();
}

// Somebody gave it another role: it can have but one.
Result<Ok> update_profile(Call& call) {
  const auto name = last_part(call.id);
  const auto found = call.call("iam", "GetInstanceProfile", params({{"InstanceProfileName", name}}));
  if (!found) return found.error();
  if (auto off = take_off_roles(call, name, found["InstanceProfile"]); !off) return off;
  return done(call.call("iam", "AddRoleToInstanceProfile",
                        params({{"InstanceProfileName", name}, {"RoleName", call["role"]}})));
}

Result<Ok> destroy_profile(Call& call) {
  const auto name = last_part(call.id);
  const auto found = call.call("iam", "GetInstanceProfile", params({{"InstanceProfileName", name}}));
  if (!found) return gone(found);
  if (auto off = take_off_roles(call, name, found["InstanceProfile"]); !off) return off;
  return gone(call.call("iam", "DeleteInstanceProfile", params({{"InstanceProfileName", name}})));
}

}  // namespace

const Type& instance_profile_type() {
  static const Type type{
      .schema = {.name = "instance_profile",
                 .doc = "How a role comes to EC2 instances.",
                 .attributes = {fixed("role", types::string(), "The role's name."), labels_attribute(),
                                output("arn", "Its ARN.")}},
      .list = list_profiles,
      .actions = {"iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:DeleteInstanceProfile",
                  "iam:GetInstanceProfile", "iam:ListInstanceProfiles", "iam:PassRole",
                  "iam:RemoveRoleFromInstanceProfile", "iam:TagInstanceProfile", "iam:UntagInstanceProfile"},
      .create = create_profile,
      .update = update_profile,
      .destroy = destroy_profile,
      .look = [](Account& account, const Known& known) { return look_at_profile(account, last_part(known.id)); },
      .tag =
          [](Account& account, const std::string& id, const Tags& tags) {
            return done(
                account.client.call("iam", "TagInstanceProfile",
                                    params({{"InstanceProfileName", last_part(id)}, {"Tags", tag_list(tags)}})));
          }};
  return type;
}

}  // namespace infra::aws
