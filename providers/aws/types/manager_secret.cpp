#include <algorithm>

#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

Result<std::optional<Seen>> secret_seen(const Value& item) {
  if (!item["DeletedDate"].is_null()) return std::optional<Seen>();  // its name is kept for a week
  Seen seen{.id = text_of(item["ARN"]), .tags = read_tags(item["Tags"])};
  seen.outputs.set("arn", seen.id);
  seen.live.set("name", text_of(item["Name"]));
  // The version that AWSCURRENT stands for: what a task definition pins, so that a new value is a new revision.
  const auto& versions =
      item["VersionIdsToStages"].is_null() ? item["SecretVersionsToStages"] : item["VersionIdsToStages"];
  if (const auto* stages = versions.map()) {
    for (const auto& [version, names] : *stages) {
      for (const auto& name : items_of(names)) {
        if (name == Value("AWSCURRENT")) seen.outputs.set("version", version);
      }
    }
  }
  seen.outputs.set("reference", seen.id + ":::" + text_of(Value(seen.outputs)["version"]));
  return std::optional(std::move(seen));
}

// Somebody put another value in: it has another version. One that rotates by itself is its rotation's.
void compare_version(const Value& item, const Known& known, Seen& seen) {
  const auto recorded = text_of(known.outputs["version"]);
  const auto version = text_of(Value(seen.outputs)["version"]);
  if (recorded.empty() || recorded == version || flag_of(item["RotationEnabled"])) return;
  seen.drift.push_back({"value", "another version of it is the current one"});
}

Objects list_secrets(Account& account, const std::vector<Known>& known) {
  const auto all = account.client.list(
      "secretsmanager", "ListSecrets",
      params({{"Filters", List{params({{"Key", "tag-value"}, {"Values", List{account.owner.lineage}}})}}}),
      {"NextToken", "NextToken", "SecretList"});
  if (!all) return all.error();
  const KnownById by_id(known);
  std::vector<Seen> out;
  for (const auto& item : items_of(all.value())) {
    auto seen = secret_seen(item);
    if (!*seen) continue;
    if (const auto* recorded = by_id.find((*seen)->id)) compare_version(item, *recorded, **seen);
    out.push_back(**std::move(seen));
  }
  return out;
}

Result<std::optional<Seen>> look_at_secret(Account& account, const Known& known) {
  const auto found = account.client.call("secretsmanager", "DescribeSecret", params({{"SecretId", known.id}}));
  if (!found) {
    if (found.fault().not_found()) return std::optional<Seen>();
    return found.error();
  }
  auto seen = secret_seen(found.value());
  if (*seen) compare_version(found.value(), known, **seen);
  return seen;
}

// A deleted secret keeps its name for its window of recovery. One of this stack's comes back, with the new value.
Result<std::string> restore_secret(const Call& call, const std::string& name) {
  const auto found = call.call("secretsmanager", "DescribeSecret", params({{"SecretId", name}}));
  if (!found) return found.error();
  if (found["DeletedDate"].is_null() || !is_own(call.account(), read_tags(found["Tags"]))) return taken("secret", name);
  const auto restored = call.call("secretsmanager", "RestoreSecret", params({{"SecretId", name}}));
  if (!restored) return restored.error();
  const auto tagged =
      call.call("secretsmanager", "TagResource", params({{"SecretId", name}, {"Tags", tag_list(call.tags())}}));
  if (!tagged) return tagged.error();
  const auto put =
      call.call("secretsmanager", "PutSecretValue", params({{"SecretId", name}, {"SecretString", call["value"]}}));
  if (!put) return put.error();
  return text_of(found["ARN"]);
}

Result<std::string> create_secret(Call& call) {
  const auto given = call.text("name");
  const auto name = given.empty() ? call.unique(512) : given;
  const auto made =
      call.call("secretsmanager", "CreateSecret",
                params({{"Name", name}, {"SecretString", call["value"]}, {"Tags", tag_list(call.tags())}}));
  if (made) return text_of(made["ARN"]);
  const auto& fault = made.fault();
  const bool deleted = fault.is({"InvalidRequestException"}) && fault.message.find("delet") != std::string::npos;
  const bool blocked = deleted || fault.is({"ResourceExistsException"});
  // Also one of its own name, that was made without an answer and removed.
  return blocked ? restore_secret(call, name) : Result<std::string>(made.error());
}

// Which of its inputs changed isn't known from what is recorded: that holds no value. Where the labels did it is asked
// for, so that they alone make no new version, which would be a rollout. Whoever may not read it puts it again.
Result<Ok> update_secret(Call& call) {
  const auto* wanted = call["value"].get<Secret>();
  if (wanted != nullptr && call.differs("labels") && !call.drifted("value")) {
    const auto now = call.call("secretsmanager", "GetSecretValue", params({{"SecretId", call.id}}));
    if (now && text_of(now["SecretString"]) == text_of(*wanted->inner)) return Ok();
  }
  return done(
      call.call("secretsmanager", "PutSecretValue", params({{"SecretId", call.id}, {"SecretString", call["value"]}})));
}

}  // namespace

const Type& secret_type() {
  static const Type type{
      .schema = {.name = "secret",
                 .doc = "A secret of Secrets Manager. A new value is a new version.",
                 .attributes =
                     {exclusive(fixed_optional("name", types::string(), "Its name; default: one of its own.")),
                      {.name = "value", .type = types::string().as_secret(), .doc = "What it holds.", .required = true},
                      labels_attribute(),
                      output("arn", "Its ARN."),
                      {.name = "version", .type = types::string(), .doc = "Of the value.", .computed = true},
                      {.name = "reference",
                       .type = types::string(),
                       .doc = "ARN and version, as a container's valueFrom takes them.",
                       .computed = true}}},
      .list = list_secrets,
      // The token behind a name of its own: a deleted secret keeps its name for its window of recovery.
      .actions = {"secretsmanager:CreateSecret", "secretsmanager:DeleteSecret", "secretsmanager:DescribeSecret",
                  "secretsmanager:GetSecretValue", "secretsmanager:ListSecrets", "secretsmanager:PutSecretValue",
                  "secretsmanager:RestoreSecret", "secretsmanager:TagResource", "secretsmanager:UntagResource"},
      .create = create_secret,
      .update = update_secret,
      .destroy =
          [](Call& call) {
            const auto deleted = call.call("secretsmanager", "DeleteSecret",
                                           params({{"SecretId", call.id}, {"RecoveryWindowInDays", 7}}));
            const bool already = !deleted && deleted.fault().is({"InvalidRequestException"}) &&
                                 deleted.fault().message.find("delet") != std::string::npos;
            return already ? Result<Ok>(Ok()) : gone(deleted);
          },
      .look = look_at_secret,
      .find = [](Account& account, const std::string& name) -> Result<std::string> {
        const auto seen = look_at_secret(account, {.id = name, .inputs = {}});
        if (!seen) return seen.error();
        return *seen ? (*seen)->id : std::string();
      },
      .tag =
          [](Account& account, const std::string& id, const Tags& tags) {
            return done(account.client.call("secretsmanager", "TagResource",
                                            params({{"SecretId", id}, {"Tags", tag_list(tags)}})));
          }};
  return type;
}

}  // namespace infra::aws
