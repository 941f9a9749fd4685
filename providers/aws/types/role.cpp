#include <fmt/format.h>

#include <algorithm>

#include "providers/aws/api/encode.h"
#include "providers/aws/types/ec2.h"
#include "providers/aws/types/iam.h"
#include "providers/aws/types/rows.h"

namespace infra::aws {

namespace {

std::string trust_of(const std::string& service) {
  return json_body(params({{"Version", "2012-10-17"},
                           {"Statement", List{params({{"Effect", "Allow"},
                                                      {"Principal", params({{"Service", service}})},
                                                      {"Action", "sts:AssumeRole"}})}}}));
}

// "service-role/X" is the policy of AWS of this name, in the caller's partition.
std::string policy_arn(const Call& call, const Value& policy) {
  const auto text = text_of(policy);
  return text.starts_with("arn:") ? text
                                  : fmt::format("arn:{}:iam::aws:policy/{}", call.account().identity.partition, text);
}

Result<Ok> attach_policies(const Call& call, const std::string& name) {
  for (const auto& policy : items_of(call["policies"])) {
    auto attached = done(
        call.call("iam", "AttachRolePolicy", params({{"RoleName", name}, {"PolicyArn", policy_arn(call, policy)}})));
    if (!attached) return attached;
  }
  if (const auto* inline_policies = call["allow"].list(); inline_policies != nullptr && !inline_policies->empty()) {
    const auto document = json_body(params({{"Version", "2012-10-17"}, {"Statement", *inline_policies}}));
    return done(call.call("iam", "PutRolePolicy",
                          params({{"RoleName", name}, {"PolicyName", "infra"}, {"PolicyDocument", document}})));
  }
  return Ok();
}

Result<std::string> create_role(Call& call) {
  const auto name = call.unique(64);
  const auto made = call.call("iam", "CreateRole",
                              params({{"RoleName", name},
                                      {"Path", iam_path(call.account().owner)},
                                      {"AssumeRolePolicyDocument", trust_of(call.text("service"))},
                                      {"Tags", tag_list(call.tags())}}));
  if (!made) return made.error();
  if (auto attached = attach_policies(call, name); !attached) return std::move(attached).error();
  return text_of(made["Role"]["Arn"]);
}

Result<Ok> update_role(Call& call) {
  const auto name = last_part(call.id);
  if (auto attached = attach_policies(call, name); !attached) return attached;
  const auto& wanted = items_of(call["policies"]);
  for (const auto& old : items_of(call.recorded_inputs["policies"])) {
    if (std::find(wanted.begin(), wanted.end(), old) != wanted.end()) continue;
    auto left =
        gone(call.call("iam", "DetachRolePolicy", params({{"RoleName", name}, {"PolicyArn", policy_arn(call, old)}})));
    if (!left) return left;
  }
  if (items_of(call["allow"]).empty()) {
    return gone(call.call("iam", "DeleteRolePolicy", params({{"RoleName", name}, {"PolicyName", "infra"}})));
  }
  return Ok();
}

Result<Ok> destroy_role(Call& call) {
  const auto name = last_part(call.id);
  const auto attached = call.call("iam", "ListAttachedRolePolicies", params({{"RoleName", name}}));
  if (!attached) return gone(attached);
  for (const auto& policy : items_of(attached["AttachedPolicies"])) {
    auto left = gone(call.call("iam", "DetachRolePolicy",
                               params({{"RoleName", name}, {"PolicyArn", text_of(policy["PolicyArn"])}})));
    if (!left) return left;
  }
  const auto inside = call.call("iam", "ListRolePolicies", params({{"RoleName", name}}));
  if (!inside) return gone(inside);
  for (const auto& policy : items_of(inside["PolicyNames"])) {
    auto left = gone(call.call("iam", "DeleteRolePolicy", params({{"RoleName", name}, {"PolicyName", policy}})));
    if (!left) return left;
  }
  return gone(call.call("iam", "DeleteRole", params({{"RoleName", name}})));
}

Result<std::optional<Seen>> look_at_role(Account& account, const std::string& name) {
  const auto found = account.client.call("iam", "GetRole", params({{"RoleName", name}}));
  if (!found) {
    if (found.fault().not_found()) return std::optional<Seen>();
    return found.error();
  }
  Seen seen{.id = text_of(found["Role"]["Arn"]), .tags = read_tags(found["Role"]["Tags"])};
  seen.outputs = params({{"arn", seen.id}, {"name", name}});
  return std::optional(std::move(seen));
}

Objects list_roles(Account& account, const std::vector<Known>&) {
  const auto all = account.client.list("iam", "ListRoles", params({{"PathPrefix", iam_path(account.owner)}}),
                                       {"Marker", "Marker", "Roles"});
  if (!all) return all.error();
  return look_at_each(account, items_of(all.value()),
                      [](Account& of, const Value& listed) { return look_at_role(of, text_of(listed["RoleName"])); });
}

}  // namespace

const Type& role_type() {
  static const Type type{
      .schema = {.name = "role",
                 .doc = "What a service of AWS may do for this stack.",
                 .attributes = {fixed("service", types::string(), "Who takes it: ecs-tasks.amazonaws.com."),
                                changeable("policies", types::list(types::string()),
                                           "Managed policies: ARNs, or names of those of AWS."),
                                changeable("allow", types::list(types::map(infra::Type())),
                                           "Statements of a policy of its own, as IAM writes them."),
                                labels_attribute(), output("arn", "Its ARN."), output("name", "Its name.")}},
      .list = list_roles,
      .actions = {"iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy",
                  "iam:DetachRolePolicy", "iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies",
                  "iam:ListRoles", "iam:PutRolePolicy", "iam:TagRole"},
      .create = create_role,
      .update = update_role,
      .destroy = destroy_role,
      .look = [](Account& account, const Known& known) { return look_at_role(account, last_part(known.id)); },
      .tag =
          [](Account& account, const std::string& id, const Tags& tags) {
            return done(
                account.client.call("iam", "TagRole", params({{"RoleName", last_part(id)}, {"Tags", tag_list(tags)}})));
          }};
  return type;
}

}  // namespace infra::aws
