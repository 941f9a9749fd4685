#include <fmt/format.h>

#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

std::string log_prefix(const Account& account) { return fmt::format("/infra/{}/", run_time_name(account.owner.stack)); }

std::string arn_of_group(const Account& account, const std::string& name) {
  return account.identity.arn_of("logs", "log-group:" + name);
}

std::string name_of_group(std::string_view id) {
  const auto arn = parse_arn(id);
  return std::string(arn.resource.substr(arn.resource.find(':') + 1));
}

Result<Ok> set_retention(const Call& call, const std::string& name) {
  if (call["retention_days"].is_null()) {
    return gone(call.call("logs", "DeleteRetentionPolicy", params({{"logGroupName", name}})));
  }
  return done(call.call("logs", "PutRetentionPolicy",
                        params({{"logGroupName", name}, {"retentionInDays", call["retention_days"]}})));
}

Result<std::string> create_log_group(Call& call) {
  const auto name = call.text("name");
  const auto made =
      call.call("logs", "CreateLogGroup", params({{"logGroupName", name}, {"tags", tag_map(call.tags())}}));
  if (!made) return made.error();
  if (!call["retention_days"].is_null()) {
    if (auto set = set_retention(call, name); !set) return std::move(set).error();
  }
  return arn_of_group(call.account(), name);
}

// As a list shows it: without tags.
Seen read_log_group(const Account& account, const Value& group) {
  const auto name = text_of(group["logGroupName"]);
  Seen seen{.id = arn_of_group(account, name)};
  seen.outputs = params({{"arn", seen.id}, {"log_group", name}, {"region", account.identity.region}});
  seen.fixed.set("name", name);
  seen.live.set("retention_days", group["retentionInDays"]);
  seen.whole = {"retention_days"};
  return seen;
}

Result<std::optional<Seen>> look_at_log_group(Account& account, const Value& group) {
  auto seen = read_log_group(account, group);
  const auto tags = account.client.call("logs", "ListTagsForResource", params({{"resourceArn", seen.id}}));
  if (!tags) {
    if (tags.fault().not_found()) return std::optional<Seen>();
    return tags.error();
  }
  seen.tags = read_tags(tags["tags"]);
  return std::optional(std::move(seen));
}

// Whose it is its tags say; of what is recorded that is known.
Objects list_log_groups(Account& account, const std::vector<Known>& known) {
  const auto all =
      account.client.list("logs", "DescribeLogGroups", params({{"logGroupNamePrefix", log_prefix(account)}}),
                          {"nextToken", "nextToken", "logGroups"});
  if (!all) return all.error();
  const KnownById by_id(known);
  return look_at_each(account, items_of(all.value()),
                      [&](Account& of, const Value& group) -> Result<std::optional<Seen>> {
                        auto seen = read_log_group(of, group);
                        if (by_id.find(seen.id) != nullptr) return std::optional(std::move(seen));
                        return look_at_log_group(of, group);
                      });
}

// The API finds them by how their names begin, and the shortest comes first.
Result<std::optional<Seen>> look_by_group_name(Account& account, const std::string& name) {
  const auto found =
      account.client.call("logs", "DescribeLogGroups", params({{"logGroupNamePrefix", name}, {"limit", 1}}));
  if (!found) return found.error();
  for (const auto& group : items_of(found["logGroups"])) {
    if (text_of(group["logGroupName"]) == name) return look_at_log_group(account, group);
  }
  return std::optional<Seen>();
}

}  // namespace

const Type& log_group_type() {
  static const Type type{
      .schema = {.name = "log_group",
                 .doc = "Where containers' output goes (CloudWatch Logs).",
                 .attributes = {fixed("name", types::string(), "Its name: /infra/STACK/TASK."),
                                changeable("retention_days", types::integer(),
                                           "How long lines are kept; null: for ever."),
                                labels_attribute(), output("arn", "Its ARN."),
                                output("log_group", "Its name, once it is there."), output("region", "Where it is.")}},
      .list = list_log_groups,
      .actions = {"logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:DeleteRetentionPolicy", "logs:DescribeLogGroups",
                  "logs:ListTagsForResource", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource"},
      .create = create_log_group,
      .update = [](Call& call) { return set_retention(call, name_of_group(call.id)); },
      .destroy =
          [](Call& call) {
            return gone(call.call("logs", "DeleteLogGroup", params({{"logGroupName", name_of_group(call.id)}})));
          },
      .look = [](Account& account, const Known& known) { return look_by_group_name(account, name_of_group(known.id)); },
      .find = [](Account& account, const std::string& name) -> Result<std::string> {
        return arn_of_group(account, name);
      },
      .tag =
          [](Account& account, const std::string& id, const Tags& tags) {
            return done(
                account.client.call("logs", "TagResource", params({{"resourceArn", id}, {"tags", tag_map(tags)}})));
          }};
  return type;
}

}  // namespace infra::aws
