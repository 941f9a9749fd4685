#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/net/url.h"
#include "base/values/codec.h"
#include "providers/aws/api/encode.h"
#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/iam.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

constexpr const char* kInlinePolicy = "infra";

std::string trust_of(const std::string& service) {
  return json_body(params({{"Version", "2012-10-17"},
                           {"Statement", List{params({{"Effect", "Allow"},
                                                      {"Principal", params({{"Service", service}})},
                                                      {"Action", "sts:AssumeRole"}})}}}));
}

// "service-role/X" is the policy of AWS of this name, in the caller's partition.
std::string policy_arn(const Account& account, const Value& policy) {
  const auto text = text_of(policy);
  return text.starts_with("arn:") ? text : fmt::format("arn:{}:iam::aws:policy/{}", account.identity.partition, text);
}

// `there`: the ARNs of those that it has.
Result<Ok> attach_policies(const Call& call, const std::string& name, const std::set<std::string>& there = {}) {
  for (const auto& policy : items_of(call["policies"])) {
    const auto arn = policy_arn(call.account(), policy);
    if (there.contains(arn)) continue;
    auto attached = done(call.call("iam", "AttachRolePolicy", params({{"RoleName", name}, {"PolicyArn", arn}})));
    if (!attached) return attached;
  }
  if (!call.id.empty() && !call.differs("allow")) return Ok();
  if (const auto* inline_policies = call["allow"].list(); inline_policies != nullptr && !inline_policies->empty()) {
    const auto document = json_body(params({{"Version", "2012-10-17"}, {"Statement", *inline_policies}}));
    return done(call.call("iam", "PutRolePolicy",
                          params({{"RoleName", name}, {"PolicyName", kInlinePolicy}, {"PolicyDocument", document}})));
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

// What isn't wanted is taken off, whoever put it there.
Result<Ok> update_role(Call& call) {
  const auto name = last_part(call.id);
  if (call.drifted("service")) {
    auto trusted = done(call.call("iam", "UpdateAssumeRolePolicy",
                                  params({{"RoleName", name}, {"PolicyDocument", trust_of(call.text("service"))}})));
    if (!trusted) return trusted;
  }
  List wanted;
  for (const auto& policy : items_of(call["policies"])) wanted.emplace_back(policy_arn(call.account(), policy));
  const auto all = call.call("iam", "ListAttachedRolePolicies", params({{"RoleName", name}}));
  if (!all) return all.error();
  std::set<std::string> there;
  for (const auto& policy : items_of(all["AttachedPolicies"])) there.insert(text_of(policy["PolicyArn"]));
  if (auto attached = attach_policies(call, name, there); !attached) return attached;
  for (const auto& policy : items_of(all["AttachedPolicies"])) {
    const auto& arn = policy["PolicyArn"];
    if (std::find(wanted.begin(), wanted.end(), arn) != wanted.end()) continue;
    auto left = gone(call.call("iam", "DetachRolePolicy", params({{"RoleName", name}, {"PolicyArn", arn}})));
    if (!left) return left;
  }
  const auto inside = call.call("iam", "ListRolePolicies", params({{"RoleName", name}}));
  if (!inside) return inside.error();
  for (const auto& policy : items_of(inside["PolicyNames"])) {
    if (text_of(policy) == kInlinePolicy && !items_of(call["allow"]).empty()) continue;
    auto left = gone(call.call("iam", "DeleteRolePolicy", params({{"RoleName", name}, {"PolicyName", policy}})));
    if (!left) return left;
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

// The statements of a policy, which IAM answers as JSON in the form of a URL.
Value statements_of(const Value& document) {
  const auto decoded = from_plain_json(net::percent_decoded(text_of(document)));
  return decoded ? (*decoded)["Statement"] : Value();
}

// The one service that a trust policy of ours lets take the role; empty: somebody changed it.
std::string sole_taker(const Value& trust) {
  const auto& statements = items_of(trust);
  if (statements.size() != 1) return "";
  const auto taker = text_of(statements[0]["Principal"]["Service"]);
  const auto ours = from_plain_json(trust_of(taker));
  return ours && (*ours)["Statement"] == trust ? taker : "";
}

// As GetRole shows it, or a list: this is without tags.
Seen read_role(const Value& role) {
  Seen seen{.id = text_of(role["Arn"]), .tags = read_tags(role["Tags"])};
  seen.outputs = params({{"arn", seen.id}, {"name", text_of(role["RoleName"])}});
  const auto taker = sole_taker(statements_of(role["AssumeRolePolicyDocument"]));
  taker.empty() ? seen.drift.push_back({"service", "another trust policy"}) : seen.live.set("service", taker);
  return seen;
}

Result<std::optional<Seen>> look_at_role(Account& account, const std::string& name) {
  const auto found = account.client.call("iam", "GetRole", params({{"RoleName", name}}));
  if (found) return std::optional(read_role(found["Role"]));
  if (found.fault().not_found()) return std::optional<Seen>();
  return found.error();
}

// What it may do by the policy of its own; others that are inside of it are a change that somebody made.
Result<List> statements_inside(Account& account, const std::string& name, Seen& seen) {
  List allowed;
  const auto inside = account.client.call("iam", "ListRolePolicies", params({{"RoleName", name}}));
  if (!inside) return inside.fault().not_found() ? Result<List>(allowed) : Result<List>(inside.error());
  for (const auto& policy : items_of(inside["PolicyNames"])) {
    if (text_of(policy) != kInlinePolicy) {
      seen.drift.push_back({"allow", "added: the policy " + text_of(policy)});
      continue;
    }
    const auto found =
        account.client.call("iam", "GetRolePolicy", params({{"RoleName", name}, {"PolicyName", policy}}));
    if (!found) return found.fault().not_found() ? Result<List>(allowed) : Result<List>(found.error());
    allowed = items_of(statements_of(found["PolicyDocument"]));
  }
  return allowed;
}

Result<Ok> look_at_inline_policies(Account& account, const std::string& name, const Known& known, Seen& seen) {
  const auto allowed = statements_inside(account, name, seen);
  if (!allowed) return allowed.error();
  const auto& recorded = known.inputs["allow"];
  const bool same = recorded.is_null() ? allowed->empty() : holds(recorded, *allowed);
  if (!same) seen.drift.push_back({"allow", "another policy of its own"});
  return Ok();
}

// What it may do, against what was recorded.
Result<Ok> look_at_policies(Account& account, const std::string& name, const Known& known, Seen& seen) {
  const auto attached = account.client.call("iam", "ListAttachedRolePolicies", params({{"RoleName", name}}));
  if (!attached) return attached.fault().not_found() ? Result<Ok>(Ok()) : Result<Ok>(attached.error());
  List now;
  for (const auto& policy : items_of(attached["AttachedPolicies"])) now.push_back(policy["PolicyArn"]);
  List wanted;
  for (const auto& policy : items_of(known.inputs["policies"])) wanted.emplace_back(policy_arn(account, policy));
  for (auto& drift :
       drift_between(params({{"policies", std::move(wanted)}}), params({{"policies", std::move(now)}}), {})) {
    seen.drift.push_back(std::move(drift));
  }
  return look_at_inline_policies(account, name, known, seen);
}

Objects list_roles(Account& account, const std::vector<Known>& known) {
  const auto all = account.client.list("iam", "ListRoles", params({{"PathPrefix", iam_path(account.owner)}}),
                                       {"Marker", "Marker", "Roles"});
  if (!all) return all.error();
  const KnownById by_id(known);
  // Whose it is its tags say, and they aren't in the list; of what is recorded that is known.
  auto out = look_at_each(account, items_of(all.value()),
                          [&](Account& of, const Value& listed) -> Result<std::optional<Seen>> {
                            if (by_id.find(text_of(listed["Arn"])) != nullptr) return std::optional(read_role(listed));
                            return look_at_role(of, text_of(listed["RoleName"]));
                          });
  if (!out) return out;
  for (auto& seen : *out) {
    const auto* recorded = by_id.find(seen.id);
    if (recorded == nullptr) continue;
    auto looked = look_at_policies(account, last_part(seen.id), *recorded, seen);
    if (!looked) return std::move(looked).error();
  }
  return out;
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
                  "iam:DetachRolePolicy", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies",
                  "iam:ListRolePolicies", "iam:ListRoles", "iam:PutRolePolicy", "iam:TagRole", "iam:UntagRole",
                  "iam:UpdateAssumeRolePolicy"},
      .create = create_role,
      .update = update_role,
      .destroy = destroy_role,
      .look = [](Account& account, const Known& known) -> Result<std::optional<Seen>> {
        auto seen = look_at_role(account, last_part(known.id));
        // Of what is imported: what it is to allow names objects that aren't known yet.
        if (!seen || !*seen || known.inputs["allow"].known()) return seen;
        auto allowed = statements_inside(account, last_part(known.id), **seen);
        if (!allowed) return std::move(allowed).error();
        (*seen)->live.set("allow", *std::move(allowed));
        return seen;
      },
      .find = [](Account& account, const std::string& name) -> Result<std::string> {
        const auto seen = look_at_role(account, name);  // its ARN has its path
        if (!seen) return seen.error();
        return *seen ? (*seen)->id : std::string();
      },
      .tag =
          [](Account& account, const std::string& id, const Tags& tags) {
            return done(
                account.client.call("iam", "TagRole", params({{"RoleName", last_part(id)}, {"Tags", tag_list(tags)}})));
          }};
  return type;
}

}  // namespace infra::aws
